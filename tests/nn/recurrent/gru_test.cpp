#include <weft/nn/recurrent/rnn.h>

#include <tests/nn/recurrent/recurrent_checks.h>

using namespace weft;

namespace checks = recurrent_checks;

TEST_CASE("GRU: gradients by input, initial state and every parameter") { checks::check_gradients(RecurrentCell::gru); }

TEST_CASE("GRU: steps give the numbers of the whole sequence") {
  checks::check_step(RecurrentCell::gru, DType::f32);
  checks::check_step(RecurrentCell::gru, DType::f64);
}

TEST_CASE("GRU: a row's bits depend on its own steps alone") { checks::check_rows(RecurrentCell::gru); }

TEST_CASE("GRU: padding reaches no gradient; no steps and no rows") { checks::check_padding(RecurrentCell::gru); }

TEST_CASE("GRU: the kernels agree with the definition") {
  checks::check_definition(RecurrentCell::gru);
  checks::check_second_order(RecurrentCell::gru);
}

TEST_CASE("GRU: variational dropout has one mask for all steps; residual layers add their input") {
  checks::check_variational(RecurrentCell::gru);
  checks::check_residual(RecurrentCell::gru);
}

TEST_CASE("GRU: threads change no bit") { checks::check_threads(RecurrentCell::gru); }
