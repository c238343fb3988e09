// Elementwise ops that write into existing tensors.
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/accumulate.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>
#include <weft/tensor/reduction/reduce.h>

#include <doctest/doctest.h>

#include <vector>

#include "tests/numbers.h"
#include "tests/tensor/indexing/row_update_ops.h"

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
                       "add: the result [4] does not fit into a target [3] with strides [1], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(into({{strided}, {"a.cpp", 1}}),
                       "add: the result [4] does not fit into a target [4] with strides [2], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(into({{wide}, {"a.cpp", 1}}), "add: the result is f32, a target f64, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(into({{Tensor()}, {"a.cpp", 1}}), "add: the tensor is undefined, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(into({{x, x}, {"a.cpp", 1}}), "add: 1 results for 2 targets, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(add_op.update({small}, x, 1), doctest::Contains(", at update_test.cpp:"), ShapeError);
  CHECK(x.version() == 0);
  CHECK(small.version() == 0);
}

TEST_CASE("update reads arguments that overlap its target before it writes") {
  Numbers random(1);
  const Tensor before = random.tensor({1000}, DType::f32);
  const auto check_update = [&](auto target_of, auto argument_of) {
    Tensor x = clone(before), target = target_of(x);
    const Tensor argument = argument_of(x), expected = div_op(target, argument);
    Tensor own_bits = clone(x), own = target_of(own_bits);
    copy_to(own, expected);
    div_op.update({target}, target, argument);
    CHECK(equal_bits(x, own_bits));
  };
  const auto all = [](const Tensor& x) { return x; };
  const auto later = [](const Tensor& x) { return slice(x, 0, 1); };
  const auto earlier = [](const Tensor& x) { return slice(x, 0, 0, -1); };
  check_update(later, earlier);
  check_update(earlier, later);
  check_update(all, [](const Tensor& x) { return expand(slice(x, 0, 3, 4), x.shape()); });
  check_update(all, [](const Tensor& x) { return slice(x, 0, 999, 1000); });
  const auto matrix = [](const Tensor& x) { return reshape(slice(x, 0, 0, 961), {31, 31}); };
  check_update(matrix, [&](const Tensor& x) { return transpose(matrix(x)); });
  check_update(matrix, [&](const Tensor& x) { return select(matrix(x), 0, 30); });
  check_update([](const Tensor& x) { return slice(x, 0, 0, 500); }, [](const Tensor& x) { return slice(x, 0, 0, kEnd, 2); });
}

TEST_CASE("add_to reads an argument that overlaps its target before it writes") {
  Tensor x = tensor({1, 2, 3, 4}), later = slice(x, 0, 1);
  add_to(later, slice(x, 0, 0, -1));
  CHECK(equal_bits(x, tensor({1, 3, 5, 7})));
  add_to(x, slice(x, 0, 0, 1));
  CHECK(equal_bits(x, tensor({2, 4, 6, 8})));
  Tensor strided = slice(x, 0, 0, kEnd, 2);
  CHECK_THROWS_WITH_AS(add_to(strided, tensor({1, 1}), {"a.cpp", 1}),
                       "add: the result [2] does not fit into a target [2] with strides [2], at a.cpp:1", ShapeError);
}

TEST_CASE("update detects shared memory of a caller") {
  std::vector<float> memory{1, 2, 3, 4, 5};
  Tensor low = borrow(memory.data(), {4}), high = borrow(memory.data() + 1, {4});
  add_op.update({high}, high, low);
  CHECK(memory == std::vector<float>{1, 3, 5, 7, 9});
  copy_to(high, low);
  CHECK(memory == std::vector<float>{1, 1, 3, 5, 7});
}

TEST_CASE("update refuses targets that share memory") {
  Tensor x = tensor({1, 2, 3, 4}), low = slice(x, 0, 0, 3), high = slice(x, 0, 1, 4);
  const auto into = [&](const UpdateTargets& targets) { blend_op.update(targets, tensor({1, 1, 1}), 1, 1, 1); };
  CHECK_THROWS_WITH_AS(into({{low, high}, {"a.cpp", 1}}), "blend: targets 0 and 1 share memory, at a.cpp:1", ValueError);
  CHECK_THROWS_WITH_AS(into({{low, low}, {"a.cpp", 1}}), "blend: targets 0 and 1 share memory, at a.cpp:1", ValueError);
  CHECK(equal_bits(x, tensor({1, 2, 3, 4})));
}

TEST_CASE("writing refuses targets whose elements share the same memory") {
  Tensor wide = expand(tensor({1, 2}), {3, 2});
  CHECK_THROWS_WITH_AS(copy_to(wide, zeros({3, 2}), {"a.cpp", 1}),
                       "copy_to: several elements of the target [3, 2] with strides [0, 1] share the same memory, at a.cpp:1",
                       ValueError);
  CHECK_THROWS_AS(fill(wide, 0), ValueError);
  CHECK(equal_bits(wide, expand(tensor({1, 2}), {3, 2})));
  Tensor x = zeros({4, 6}), turned = slice(transpose(x), 0, 1, kEnd, 2);  // a view of separate memory
  copy_to(turned, ones({3, 4}));
  CHECK(sum(x).item() == 12);
}
