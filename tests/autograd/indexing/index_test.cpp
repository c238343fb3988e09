#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/indexing/index.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

using Inputs = std::vector<Variable>;

template <class F>
void check_gradients(F function, const std::vector<Tensor>& inputs) {
  CHECK(gradcheck(function, inputs));
  CHECK(gradgradcheck(function, inputs));
}

}  // namespace

TEST_CASE("embedding passes gradient checks with and without a padding row") {
  Numbers random(1);
  Tensor ids = random.indices({3, 4}, 5);
  std::vector<Tensor> inputs{random.tensor({5, 2})};
  check_gradients([ids](const Inputs& in) { return square(embedding(in[0], ids)); }, inputs);
  check_gradients([ids](const Inputs& in) { return embedding_gradient(square(in[0]), ids, 6); }, {random.tensor({3, 4, 2})});
  check_gradients([ids](const Inputs& in) { return embedding_gradient(square(in[0]), ids, 6, 1); }, {random.tensor({3, 4, 2})});

  Variable weight = leaf(random.tensor({5, 2}, DType::f32));
  sum(embedding(weight, tensor({0, 3, 3, 1}, DType::i64), 3)).backward();
  CHECK(equal_bits(weight.grad().tensor(), tensor({{1, 1}, {1, 1}, {0, 0}, {0, 0}, {0, 0}})));
}

TEST_CASE("index_select and segment_sum pass gradient checks") {
  Numbers random(2);
  for (int axis : {0, 1, 2, -1, -2}) {
    CAPTURE(axis);
    for (const Shape& shape : {Shape{}, Shape{4}, Shape{2, 2}}) {
      Tensor index = random.indices(shape, 3);
      check_gradients([=](const Inputs& in) { return square(index_select(in[0], axis, index)); }, {random.tensor({3, 3, 3})});
    }
    Tensor index = random.indices({3}, 4);
    check_gradients([=](const Inputs& in) { return square(segment_sum(in[0], index, 4, axis)); }, {random.tensor({3, 3, 3})});
  }
}

TEST_CASE("gather, scatter_add, masked_fill, tril and triu pass gradient checks") {
  Numbers random(3);
  for (int axis : {0, 1, -1}) {
    Tensor index = random.indices(axis ? Shape{3, 5} : Shape{5, 4}, 3);
    check_gradients([=](const Inputs& in) { return square(gather(in[0], axis, index)); }, {random.tensor({3, 4})});
    check_gradients([=](const Inputs& in) { return square(scatter_add(in[0], axis, index, in[1])); },
                    {random.tensor({3, 4}), random.tensor(index.shape())});
  }
  const Variable whole = leaf(random.tensor({3, 4}));
  sum(gather(whole, 1, zeros({0}, DType::i64))).backward();  // an empty index of other dimensions
  CHECK(equal_bits(whole.grad().tensor(), zeros({3, 4}, whole.dtype())));
  Tensor x = random.tensor({2, 3, 3}), mask = tensor({{1, 0, 1}, {0, 0, 1}, {1, 0, 0}}, DType::boolean);
  check_gradients([=](const Inputs& in) { return square(masked_fill(in[0], mask, 2)); }, {x});
  check_gradients([=](const Inputs& in) { return square(tril(in[0])) + in[0] * triu(in[0], 1); }, {x});
}

TEST_CASE("changing the ids before the gradient is an error") {
  Variable weight = leaf(ones({3, 2}));
  Tensor ids = tensor({0, 1}, DType::i64);
  Variable y = sum(embedding(weight, ids));
  ids.set({0}, 2);
  CHECK_THROWS_WITH_AS(y.backward(), doctest::Contains("embedding: input 1 [2] i64 was changed at index_test.cpp:"), GradError);
}
