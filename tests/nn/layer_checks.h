// Checks that every layer on padded sequences must pass.
#pragma once

#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/module/module.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

namespace weft {

// Checks the gradients of call(inputs) for the inputs and all parameters of `layer`, which is converted to f64.
inline void check_gradients(nn::Module& layer, const std::vector<Tensor>& inputs,
                            const std::function<Variable(const std::vector<Variable>&)>& call) {
  layer.to(DType::f64);
  std::vector<Variable> leaves, arguments;
  for (const Tensor& input : inputs) arguments.push_back(leaf(input));
  leaves = arguments;
  for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
  GradcheckResult first = gradcheck([&] { return call(arguments); }, leaves);
  CHECK_MESSAGE(first, first.message);
}

// A batch of padded sequences [4, 9, dim] with lengths 9, 4, 1, 7.
struct Padded {
  Tensor x, lengths;

  explicit Padded(std::int64_t dim, std::uint64_t seed = 1) : x(Numbers(seed).tensor({4, 9, dim}, DType::f32)) {
    lengths = tensor(std::vector<std::int64_t>{9, 4, 1, 7});
  }
};

// Checks that each row of call(x, lengths) on a padded batch has the same bits as for that row alone without padding, whatever
// the padding contains and with two threads. The first axis of the results of `call` is the batch.
inline void check_rows(std::int64_t dim, const std::function<Tensor(const Tensor& x, const Tensor& lengths)>& call) {
  NoGrad scope;
  Padded in(dim);
  Tensor all = call(in.x, in.lengths);
  set_threads(2);
  CHECK(equal_bits(call(in.x, in.lengths), all));
  set_threads(1);
  Tensor noisy = clone(in.x);
  for (std::int64_t row = 0; row < 4; ++row) {
    std::int64_t length = in.lengths.data<std::int64_t>()[row];
    Tensor own = slice(slice(in.x, 0, row, row + 1), 1, 0, length);
    CHECK(equal_bits(contiguous(slice(all, 0, row, row + 1)), call(own, tensor(std::vector<std::int64_t>{length}))));
    Tensor padding = slice(slice(noisy, 0, row, row + 1), 1, length);
    if (padding.numel()) fill(padding, 1e6);
  }
  CHECK(equal_bits(call(noisy, in.lengths), all));
}

}  // namespace weft
