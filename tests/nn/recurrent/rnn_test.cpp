#include <weft/nn/recurrent/rnn.h>

#include <tests/nn/recurrent/recurrent_checks.h>

using namespace weft;

namespace checks = recurrent_checks;

TEST_CASE("RNN: gradients by input, initial state and every parameter") { checks::check_gradients(RecurrentCell::rnn); }

TEST_CASE("RNN: steps give the numbers of the whole sequence") {
  checks::check_step(RecurrentCell::rnn, DType::f32);
  checks::check_step(RecurrentCell::rnn, DType::f64);
}

TEST_CASE("RNN: a row's bits depend on its own steps alone") { checks::check_rows(RecurrentCell::rnn); }

TEST_CASE("RNN: padding reaches no gradient; no steps and no rows") { checks::check_padding(RecurrentCell::rnn); }

TEST_CASE("RNN: the kernels agree with the definition") {
  checks::check_definition(RecurrentCell::rnn);
  checks::check_second_order(RecurrentCell::rnn);
}

TEST_CASE("RNN: variational dropout has one mask for all steps; residual layers add their input") {
  checks::check_variational(RecurrentCell::rnn);
  checks::check_residual(RecurrentCell::rnn);
}

TEST_CASE("RNN: threads change no bit") { checks::check_threads(RecurrentCell::rnn); }
