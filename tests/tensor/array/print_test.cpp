#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <limits>
#include <locale>
#include <sstream>

using namespace weft;

TEST_CASE("print: scalars, rows and nested brackets have aligned columns") {
  CHECK(to_string(tensor(3)) == "3  [] f32");
  CHECK(to_string(tensor({1, 2.5, -3.25})) == "[    1,   2.5, -3.25]  [3] f32");
  CHECK(to_string(tensor({{1, 2}, {30, 4}})) == "[[ 1,  2],\n [30,  4]]  [2, 2] f32");
  CHECK(to_string(reshape(arange(8), {2, 2, 2})) == "[[[0, 1],\n  [2, 3]],\n [[4, 5],\n  [6, 7]]]  [2, 2, 2] i64");
}

TEST_CASE("print: every dtype, NaN and infinities are printed") {
  CHECK(to_string(tensor({1, 0}, DType::boolean)) == "[ true, false]  [2] bool");
  CHECK(to_string(tensor({200, 1}, DType::u8)) == "[200,   1]  [2] u8");
  CHECK(to_string(tensor({-7}, DType::i32)) == "[-7]  [1] i32");
  CHECK(to_string(tensor({1e-9, 1e9, 1.0 / 3}, DType::f64)) == "[  1e-09,   1e+09, 0.33333]  [3] f64");
  double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK(to_string(tensor({nan, -infinity})) == "[ nan, -inf]  [2] f32");
  CHECK(to_string(tensor({-nan}, DType::f64)) == "[nan]  [1] f64");
}

TEST_CASE("print: text and messages do not depend on the locale") {
  struct Marks : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale before = std::locale::global(std::locale(std::locale(), new Marks));
  std::ostringstream text;
  text << 1234.5;
  CHECK(text.str() == "1.234,5");  // streams use the locale now
  text.str("");
  text << Shape{12345, 2} << ' ' << describe(Tensor({0, 4321}, DType::f32));
  CHECK(text.str() == "[12345, 2] [0, 4321] f32");
  CHECK(to_string(tensor({1.5, 12345}, DType::f64)) == "[  1.5, 12345]  [2] f64");
  CHECK(to_string(tensor({1234567}, DType::i64)) == "[1234567]  [1] i64");
  CHECK_THROWS_WITH_AS(reshape(zeros({1234}), {5678}, {"a.cpp", 1}),
                       "reshape: [1234] has 1234 elements, which do not fit shape [5678], at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(full({}, 1.5, DType::u8, {"a.cpp", 1234}),
                       "full: the number 1.5 cannot be represented as u8, at a.cpp:1234", ValueError);
  std::locale::global(before);
}

TEST_CASE("print: long axes are abbreviated in the middle") {
  CHECK(to_string(arange(8)) == "[0, 1, 2, 3, 4, 5, 6, 7]  [8] i64");
  CHECK(to_string(arange(9)) == "[0, 1, 2, ..., 6, 7, 8]  [9] i64");
  CHECK(to_string(reshape(arange(18), {9, 2})) ==
        "[[ 0,  1],\n [ 2,  3],\n [ 4,  5],\n ...,\n [12, 13],\n [14, 15],\n [16, 17]]  [9, 2] i64");
}

TEST_CASE("print: empty tensors, views and undefined tensors are printed") {
  CHECK(to_string(zeros({0})) == "[]  [0] f32");
  CHECK(to_string(zeros({2, 0, 3})) == "[[],\n []]  [2, 0, 3] f32");
  CHECK(to_string(transpose(tensor({{1, 2}, {3, 4}}))) == "[[1, 3],\n [2, 4]]  [2, 2] f32");
  CHECK(to_string(slice(arange(5), 0, -1, kEnd, -2)) == "[4, 2, 0]  [3] i64");
  CHECK(to_string(expand(tensor({1}), {3})) == "[1, 1, 1]  [3] f32");
  CHECK(to_string(Tensor()) == "undefined");
  CHECK((std::ostringstream() << describe(Tensor())).str() == "undefined");
  const Tensor x = zeros({2, 3}, DType::i32);
  CHECK((std::ostringstream() << describe(x)).str() == "[2, 3] i32");
  std::ostringstream text;
  text << tensor({1}) << ' ' << Shape{1, 2} << ' ' << DType::boolean;
  CHECK(text.str() == "[1]  [1] f32 [1, 2] bool");
}
