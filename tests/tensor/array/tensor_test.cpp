#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

using namespace weft;

TEST_CASE("tensor: element access counts from both ends") {
  Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(x.at({0, 2}) == 3);
  CHECK(x.at({-1, -3}) == 4);
  CHECK(transpose(x).at({2, -1}) == 6);
  x.set({1, -1}, 9);
  CHECK(x.at({1, 2}) == 9);
  CHECK(x.size(-1) == 3);
  CHECK(x.size(0) == 2);
  CHECK(x.dims() == 2);
  CHECK(x.numel() == 6);
  CHECK(tensor(4).at({}) == 4);
  CHECK(tensor({{7}}).item() == 7);
  CHECK(Tensor({3, 0}, DType::f32).numel() == 0);

  CHECK_THROWS_WITH_AS(x.at({0, 3}, {"a.cpp", 1}), "at: index 3 of axis 1 is outside -3..2, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(x.at({-3, 0}, {"a.cpp", 1}), "at: index -3 of axis 0 is outside -2..1, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(x.at({0}, {"a.cpp", 1}), "at: 1 indices for shape [2, 3], at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(x.set({2, 0}, 1, {"a.cpp", 1}), "at: index 2 of axis 0 is outside -2..1, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(x.size(2, {"a.cpp", 1}), "size: axis 2 is outside -2..1, at a.cpp:1", IndexError);
  CHECK_THROWS_WITH_AS(x.item({"a.cpp", 1}), "item: takes a tensor with one element, got shape [2, 3], at a.cpp:1", ShapeError);
}

TEST_CASE("tensor: access checks the type") {
  Tensor x = tensor({{1, 2}, {3, 4}});
  CHECK(x.data<float>()[3] == 4);
  CHECK(x.span<float>().size() == 4);
  auto writer = x.write<float>();
  CHECK(writer.size() == 4);
  for (float& value : writer) value *= 2;
  writer[0] = -1;
  CHECK(equal_bits(x, tensor({{-1, 4}, {6, 8}})));
  CHECK_THROWS_WITH_AS(x.data<double>({"a.cpp", 1}), "data: the tensor is f32, not f64, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(x.write<std::int64_t>({"a.cpp", 1}), "data: the tensor is f32, not i64, at a.cpp:1", DtypeError);
  CHECK_THROWS_WITH_AS(transpose(x).span<float>({"a.cpp", 1}),
                       "data: a view with strides [1, 2] of shape [2, 2] is not contiguous, at a.cpp:1", ShapeError);
  CHECK_THROWS_AS(transpose(x).write<float>(), ShapeError);
  CHECK_THROWS_WITH_AS(Tensor().data<float>({"a.cpp", 1}), "data: the tensor is undefined, at a.cpp:1", ValueError);
  CHECK_THROWS_AS(Tensor().item(), ValueError);
  CHECK_FALSE(Tensor().defined());
  CHECK(Tensor().version() == 0);
}

TEST_CASE("tensor: every way to write bumps the version that all views share") {
  Tensor x = zeros({2, 3}), view = transpose(x), other = clone(x);
  CHECK(x.version() == 0);
  CHECK(view.version() == 0);
  x.write<float>({"a.cpp", 1});
  CHECK(view.version() == 1);
  CHECK(to_string(view.storage()->last_write()) == "a.cpp:1");
  view.set({0, 0}, 1);
  CHECK(x.version() == 2);
  fill(x, 2);
  CHECK(view.version() == 3);
  fill(view, 2);
  CHECK(x.version() == 4);
  copy_to(x, ones({3}));
  CHECK(x.version() == 5);
  x.touch();
  CHECK(select(x, 0, 1).version() == 6);
  CHECK(other.version() == 0);
  x.at({0, 0});
  exp(x);
  CHECK(x.version() == 6);
}

TEST_CASE("tensor: copies of a handle share, clones do not") {
  Tensor x = tensor({1, 2}), same = x, copy = clone(x);
  x.set({0}, 5);
  CHECK(same.at({0}) == 5);
  CHECK(copy.at({0}) == 1);
  CHECK(contiguous(x).storage() == x.storage());
  Tensor column = select(tensor({{1, 2}, {3, 4}}), 1, 1);
  CHECK(contiguous(column).storage() != column.storage());
  CHECK(equal_bits(contiguous(column), tensor({2, 4})));
}

TEST_CASE("tensor: copy_to broadcasts and converts, also between views of one memory") {
  Tensor x = zeros({2, 3}, DType::f64);
  copy_to(x, tensor({1, 2, 3}, DType::i32));
  CHECK(equal_bits(x, tensor({{1, 2, 3}, {1, 2, 3}}, DType::f64)));
  Tensor column = select(x, 1, -1);
  copy_to(column, tensor(9));
  CHECK(equal_bits(x, tensor({{1, 2, 9}, {1, 2, 9}}, DType::f64)));
  CHECK_THROWS_WITH_AS(copy_to(x, zeros({2}), {"a.cpp", 1}), "expand: [2] does not broadcast to [2, 3], at a.cpp:1", ShapeError);

  Tensor row = arange(6), later = slice(row, 0, 1), earlier = slice(row, 0, 0, -1);
  copy_to(later, earlier);
  CHECK(equal_bits(row, tensor({0, 0, 1, 2, 3, 4}, DType::i64)));
  Tensor square = tensor({{1, 2}, {3, 4}});
  copy_to(square, transpose(square));
  CHECK(equal_bits(square, tensor({{1, 3}, {2, 4}})));
}

TEST_CASE("tensor: at most 8 dimensions") {
  Shape eight{1, 1, 1, 1, 1, 1, 1, 2};
  Tensor x = ones(eight);
  CHECK(x.at({0, 0, 0, 0, 0, 0, 0, 1}) == 1);
  CHECK_THROWS_WITH_AS(unsqueeze(x, 0, {"a.cpp", 1}), "shape: at most 8 dimensions, got 9, at a.cpp:1", ShapeError);
  CHECK_THROWS_WITH_AS(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}, {"a.cpp", 1}), "shape: at most 8 dimensions, got 9, at a.cpp:1",
                       ShapeError);
  CHECK_THROWS_AS(eight.push_back(1), ShapeError);
}

TEST_CASE("tensor: broadcasting follows NumPy") {
  struct Case {
    Shape a, b, result;
  };
  for (const Case& c : std::vector<Case>{{{}, {}, {}},
                                         {{3}, {}, {3}},
                                         {{3}, {1}, {3}},
                                         {{2, 3}, {3}, {2, 3}},
                                         {{2, 1}, {3}, {2, 3}},
                                         {{2, 1}, {1, 3}, {2, 3}},
                                         {{4, 1, 3}, {2, 1}, {4, 2, 3}},
                                         {{1}, {0}, {0}},
                                         {{0, 1}, {1, 3}, {0, 3}},
                                         {{0}, {}, {0}},
                                         {{1, 1, 1, 1, 1, 1, 1, 2}, {2}, {1, 1, 1, 1, 1, 1, 1, 2}}}) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    CHECK(broadcast_shapes("op", c.a, c.b, {}) == c.result);
    CHECK(broadcast_shapes("op", c.b, c.a, {}) == c.result);
    CHECK((ones(c.a) + ones(c.b)).shape() == c.result);
    CHECK(equal_bits(ones(c.a) + ones(c.b), full(c.result, 2)));
    CHECK(equal_bits(ones(c.a, DType::i64) + ones(c.b, DType::i64), full(c.result, 2, DType::i64)));
  }
}

TEST_CASE("tensor: shapes that do not broadcast are named") {
  struct Case {
    Shape a, b;
    std::string message;
  };
  for (const Case& c : std::vector<Case>{{{2}, {3}, "[2] and [3] (2 against 3)"},
                                         {{2, 3}, {2}, "[2, 3] and [2] (3 against 2)"},
                                         {{2, 3}, {3, 3}, "[2, 3] and [3, 3] (2 against 3)"},
                                         {{0}, {2}, "[0] and [2] (0 against 2)"},
                                         {{4, 1, 3}, {2, 2}, "[4, 1, 3] and [2, 2] (3 against 2)"}}) {
    CHECK_THROWS_WITH_AS(broadcast_shapes("op", c.a, c.b, {"a.cpp", 1}),
                         ("op: shapes do not broadcast: " + c.message + ", at a.cpp:1").c_str(), ShapeError);
    CHECK_THROWS_WITH_AS(maximum(ones(c.a), ones(c.b), {"a.cpp", 1}),
                         ("maximum: shapes do not broadcast: " + c.message + ", at a.cpp:1").c_str(), ShapeError);
    CHECK_THROWS_WITH_AS(maximum(ones(c.a, DType::i32), ones(c.b, DType::i32), {"a.cpp", 1}),
                         ("maximum: shapes do not broadcast: " + c.message + ", at a.cpp:1").c_str(), ShapeError);
  }
}
