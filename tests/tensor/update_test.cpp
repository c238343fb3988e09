// Elementwise ops that write into tensors that are there.
#include <weft/tensor/compare.h>
#include <weft/tensor/create.h>
#include <weft/tensor/elementwise_ops.h>
#include <weft/tensor/views.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("update writes into its arguments too, and names the line of the write") {
  Tensor x = tensor({1, 2, 3});
  const auto version = x.version();
  add_op.update({x}, x, tensor({10, 20, 30}));
  CHECK(equal_bits(x, tensor({11, 22, 33})));
  CHECK(x.version() == version + 1);
  CHECK(to_string(x.storage()->last_write()).find("update_test.cpp:") == 0);
  mul_op.update({x}, x, 2);
  CHECK(equal_bits(x, tensor({22, 44, 66})));
}

TEST_CASE("update refuses targets that the result does not fit, and writes nothing") {
  Tensor x = tensor({1, 2, 3, 4}), small = zeros({3}), wide = zeros({4}, DType::f64), strided = slice(zeros({8}), 0, 0, kEnd, 2);
  const auto into = [&](const UpdateTargets& targets) { add_op.update(targets, x, 1); };
  CHECK_THROWS_WITH_AS(into({{small}, {"a.cpp", 1}}),
                       "add: the result [4] does not go into a target [3] with strides [1], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(into({{strided}, {"a.cpp", 1}}),
                       "add: the result [4] does not go into a target [4] with strides [2], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(into({{wide}, {"a.cpp", 1}}), "add: the result is f32, a target f64, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(into({{Tensor()}, {"a.cpp", 1}}), "add: the tensor is undefined, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(into({{x, x}, {"a.cpp", 1}}), "add: 1 results for 2 targets, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(add_op.update({small}, x, 1), doctest::Contains(", at update_test.cpp:"), ShapeError);
  CHECK(x.version() == 0);
  CHECK(small.version() == 0);
}
