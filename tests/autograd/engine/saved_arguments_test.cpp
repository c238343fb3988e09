// Nothing that a gradient reads may change before it has run, including integers and weights that are not differentiated.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/recurrence.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

Tensor some_lengths() { return tensor(std::vector<std::int64_t>{2, 3}); }

// Changes `argument` and expects an error of the pending gradient.
void check_stale(const Variable& loss, Tensor& argument, const char* op) {
  argument.set({0}, 1);
  std::string message = "no error";
  try {
    loss.backward();
  } catch (const GradError& error) {
    message = error.what();
  }
  CAPTURE(message);
  CHECK(message.find(op) != std::string::npos);
  CHECK(message.find("was changed at saved_arguments_test.cpp:") != std::string::npos);
}

RecurrentWeights weights(std::int64_t gates, DType dtype) {
  Numbers numbers(5);
  const auto next = [&](const Shape& shape) { return leaf(numbers.tensor(shape, dtype)); };
  return {next({gates * 2, 4}), next({gates * 2, 2}), next({gates * 2}), next({gates * 2})};
}

}  // namespace

TEST_CASE("changing the lengths of mean before its gradient is an error") {
  Tensor lengths = some_lengths();
  check_stale(sum(mean(leaf(ones({2, 4})), lengths)), lengths, "mean: input 1");
}

TEST_CASE("changing targets or class weights of cross_entropy before its gradient is an error") {
  Tensor targets = some_lengths(), class_weights = tensor({1, 2, 3, 4});
  const auto loss = [&] { return cross_entropy(leaf(ones({2, 4})), targets, {.class_weights = class_weights}); };
  check_stale(loss(), class_weights, "cross_entropy: input 2");
  check_stale(loss(), targets, "cross_entropy: input 1");
}

TEST_CASE("changing the lengths of a recurrent layer before its gradient is an error") {
  for (RecurrentCell cell : {RecurrentCell::rnn, RecurrentCell::lstm, RecurrentCell::gru}) {
    Tensor lengths = some_lengths();
    const RecurrentResult result =
        recurrent_sequence(cell, leaf(ones({2, 3, 4})), weights(gate_count(cell), DType::f32), {}, lengths);
    check_stale(sum(result.output), lengths, "input 7");
  }
}

TEST_CASE("unchanged lengths and class weights give gradients of every order") {
  const Tensor lengths = some_lengths();
  const Variable x = leaf(ones({2, 3, 4}));
  const RecurrentResult result = recurrent_sequence(RecurrentCell::gru, x, weights(3, DType::f32), {}, lengths);
  const Variable first = grad({sum(square(result.output))}, {x}, {.create_graph = true})[0];
  CHECK(grad({sum(square(first))}, {x})[0].shape() == x.shape());
  const Variable logits = leaf(ones({2, 4}));
  const Variable loss = cross_entropy(logits, lengths, {.class_weights = tensor({1, 2, 3, 4})});
  const Variable slope = grad({loss}, {logits}, {.create_graph = true})[0];
  CHECK(grad({sum(square(slope))}, {logits})[0].shape() == logits.shape());
}
