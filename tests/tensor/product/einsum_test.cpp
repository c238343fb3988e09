#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/product/einsum.h>
#include <weft/tensor/product/matmul.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("einsum of integers, of an axis of size 1 that broadcasts, and with spaces") {
  const Tensor a = tensor(std::vector<std::int64_t>{1, 2, 3, 4}, {2, 2}),
               b = tensor(std::vector<std::int64_t>{5, 6, 7, 8}, {2, 2});
  CHECK(equal_bits(einsum(" i j, j k -> i k ", {a, b}), matmul(a, b)));
  // j has size 1 in the first operand and 2 in the second: the sum over j of a[i] b[j, k].
  const Tensor column = tensor(std::vector<std::int64_t>{2, 3}, {2, 1});
  CHECK(equal_bits(einsum("ij,jk->ik", {column, b}), tensor(std::vector<std::int64_t>{24, 28, 36, 42}, {2, 2})));
  CHECK(equal_bits(einsum("ij,jk->ijk", {column, b}),
                   tensor(std::vector<std::int64_t>{10, 12, 14, 16, 15, 18, 21, 24}, {2, 2, 2})));
  CHECK(einsum(",", {tensor(2.0), tensor(4.0)}).item() == 8);
}

TEST_CASE("einsum: errors name the equation, the letter and the sizes") {
  const Tensor a = zeros({2, 3}), b = zeros({4, 5});
  CHECK_THROWS_WITH_AS(einsum("ij,jk->ik", {a, b}), doctest::Contains("einsum: 'j' in \"ij,jk->ik\" has sizes 3 and 4"),
                       ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ijk,jk->ik", {a, b}),
                       doctest::Contains("\"ijk\" in \"ijk,jk->ik\" names 3 axes, and operand 0 is [2, 3]"), ShapeError);
  CHECK_THROWS_WITH_AS(einsum("ij->i", {a, b}), doctest::Contains("has 1 operands, and 2 are given"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->il", {a}), doctest::Contains("'l' in the result of \"ij->il\" is in no operand"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->ii", {a}), doctest::Contains("'i' occurs twice in the result"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("i1->i", {a}), doctest::Contains("'1' in \"i1->i\" is no letter"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("i.j->i", {a}), doctest::Contains("'.' in"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("......->", {a}), doctest::Contains("'.' in"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij->i->j", {a}), doctest::Contains("einsum: '-' in"), ValueError);
  CHECK_THROWS_WITH_AS(einsum("ij,ij", {a, Tensor()}), doctest::Contains("einsum: the operand is undefined"), ValueError);
  CHECK_THROWS_AS(einsum("ij,ij", {a, zeros({2, 3}, DType::f64)}), DtypeError);
  CHECK_THROWS_AS(einsum("", {a}), ShapeError);
}
