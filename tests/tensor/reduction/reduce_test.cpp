#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/reduce.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

// Collects, by a plain loop, the numbers that are reduced to each element of the result, in row-major order.
std::vector<std::vector<double>> groups(const Tensor& x, const Axes& axes) {
  const unsigned mask = axis_mask("test", axes, x, {});
  std::vector<std::vector<double>> found(static_cast<std::size_t>(reduced_shape(x.shape(), mask, false).numel()));
  const Tensor values = contiguous(cast(x, DType::f64));
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    std::int64_t rest = i, group = 0, step = 1;
    for (int axis = x.dims() - 1; axis >= 0; --axis) {
      if (!(mask >> axis & 1u)) {
        group += rest % x.shape()[axis] * step;
        step *= x.shape()[axis];
      }
      rest /= x.shape()[axis];
    }
    found[static_cast<std::size_t>(group)].push_back(values.span<double>()[static_cast<std::size_t>(i)]);
  }
  return found;
}

using Rule = std::function<double(const std::vector<double>&)>;
Tensor by_loop(const Tensor& x, const Axes& axes, bool keepdim, const Rule& rule) {
  std::vector<double> results;
  for (const auto& group : groups(x, axes)) results.push_back(rule(group));
  return tensor(results, reduced_shape(x.shape(), axis_mask("test", axes, x, {}), keepdim));
}

double plain_sum(const std::vector<double>& v) {
  long double total = 0;
  for (double x : v) total += x;
  return static_cast<double>(total);
}
double plain_mean(const std::vector<double>& v) { return plain_sum(v) / static_cast<double>(v.size()); }
double plain_var(const std::vector<double>& v) {
  long double total = 0;
  const double center = plain_mean(v);
  for (double x : v) total += (x - center) * (x - center);
  return static_cast<double>(total) / static_cast<double>(v.size() - 1);
}
double plain_norm(const std::vector<double>& v, double p) {
  long double total = 0;
  for (double x : v) total += std::pow(std::abs(x), p);
  return std::pow(static_cast<double>(total), 1 / p);
}
double plain_logsumexp(const std::vector<double>& v) {
  long double total = 0;
  for (double x : v) total += std::exp(x);
  return static_cast<double>(std::log(total));
}
double first_best(const std::vector<double>& v, double sign) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < v.size(); ++i)
    if (sign * v[i] > sign * v[best]) best = i;
  return static_cast<double>(best);
}

struct Case {
  Tensor x;
  Axes axes;
};

Tensor random_tensor(const Shape& shape, DType dtype, Generator& g) {
  return is_floating(dtype) ? uniform(shape, -2, 2, dtype, g) : cast(randint(0, 100, shape, g), dtype);
}

// Shapes with enough work for two threads on every path: along rows and columns, by outer index, in blocks, in tiles of columns.
std::vector<Case> large_cases(DType dtype) {
  Generator g{6, 0, 0};
  const auto x = [&](const Shape& shape) { return random_tensor(shape, dtype, g); };
  return {{x({100'000}), {}},
          {x({700, 150}), {1}},
          {x({3, 70'000}), {1}},
          {x({700, 150}), {0}},
          {x({5000, 20}), {0}},
          {x({20, 5000}), {0}},
          {x({200, 40, 9}), {1}},
          {x({60, 40, 50}), {0, 2}},
          {transpose(x({300, 300})), {1}},
          {slice(x({300, 600}), 1, 0, kEnd, 2), {1}},
          {expand(x({400, 1}), {400, 200}), {1}}};
}

// Shapes and layouts with one to three axes and sizes near those of registers and blocks, transposed, stepped and repeated.
std::vector<Case> cases(DType dtype) {
  Generator g{5, 0, 0};
  const auto random = [&](const Shape& shape) { return random_tensor(shape, dtype, g); };
  std::vector<Case> all;
  for (std::int64_t n : {1, 17, 33, 300}) {
    all.push_back({random({n}), {}});
    all.push_back({random({3, n}), {1}});
    all.push_back({random({n, 5}), {0}});
    all.push_back({random({2, n, 9}), {1}});
    all.push_back({random({2, n, 3}), {0, 2}});
    all.push_back({random({2, 3, n}), {-1, 1}});
    all.push_back({transpose(random({n, 19})), {1}});
    all.push_back({transpose(random({n, 19})), {0}});
    all.push_back({slice(random({4, 2 * n}), 1, 0, kEnd, 2), {1}});
    all.push_back({slice(random({n, 40}), 1, 3, 25), {0}});
    all.push_back({slice(random({n, 40}), 1, 3, 25), {1}});
    all.push_back({expand(random({1, n}), {6, n}), {0}});
    all.push_back({expand(random({n, 1}), {n, 6}), {1}});
  }
  all.push_back({random({}), {}});
  all.push_back({random({40000}), {}});
  all.push_back({random({2, 17000}), {1}});
  all.push_back({random({3, 4100}), {0}});
  all.push_back({permute(random({3, 4, 5, 6}), {2, 0, 3, 1}), {1, 3}});
  return all;
}

void check_against_loop(DType dtype, double tolerance, const std::function<Tensor(const Tensor&, const Axes&, bool)>& reduce,
                        const Rule& rule) {
  for (const Case& c : cases(dtype)) {
    CAPTURE(c.x.shape());
    CAPTURE(c.x.strides());
    for (bool keepdim : {false, true}) {
      const Tensor expected = by_loop(c.x, c.axes, keepdim, rule), result = reduce(c.x, c.axes, keepdim);
      REQUIRE(result.shape() == expected.shape());
      const double terms = static_cast<double>(c.x.numel()) / static_cast<double>(result.numel());
      REQUIRE(all_close(result, expected, tolerance, tolerance * terms));  // |x| is at most 2; allows one rounding error per term
    }
    CHECK(equal_bits(reduce(c.x, c.axes, false), reduce(clone(c.x), c.axes, false)));
  }
  for (const Case& c : large_cases(dtype)) {
    CAPTURE(c.x.shape());
    same_bits_on_threads([&] { return reduce(c.x, c.axes, false); });
  }
}

}  // namespace

TEST_CASE("reductions agree with plain loops in f64, with one and two threads and any strides") {
  struct Row {
    const char* name;
    std::function<Tensor(const Tensor&, const Axes&, bool)> reduce;
    Rule rule;
  };
  const std::vector<Row> table = {
      {"sum", [](auto& x, auto& a, bool k) { return sum(x, a, k); }, plain_sum},
      {"mean", [](auto& x, auto& a, bool k) { return mean(x, a, k); }, plain_mean},
      {"max", [](auto& x, auto& a, bool k) { return max(x, a, k); },
       [](auto& v) { return *std::max_element(v.begin(), v.end()); }},
      {"min", [](auto& x, auto& a, bool k) { return min(x, a, k); },
       [](auto& v) { return *std::min_element(v.begin(), v.end()); }},
      {"argmax", [](auto& x, auto& a, bool k) { return argmax(x, a, k); }, [](auto& v) { return first_best(v, 1); }},
      {"argmin", [](auto& x, auto& a, bool k) { return argmin(x, a, k); }, [](auto& v) { return first_best(v, -1); }},
      {"logsumexp", [](auto& x, auto& a, bool k) { return logsumexp(x, a, k); }, plain_logsumexp},
      {"var", [](auto& x, auto& a, bool k) { return var(x, a, 0, k); },
       [](auto& v) {
         return v.size() > 1 ? plain_var(v) * static_cast<double>(v.size() - 1) / static_cast<double>(v.size()) : 0.0;
       }},
      {"norm 2", [](auto& x, auto& a, bool k) { return norm(x, a, 2, k); }, [](auto& v) { return plain_norm(v, 2); }},
      {"norm 1", [](auto& x, auto& a, bool k) { return norm(x, a, 1, k); }, [](auto& v) { return plain_norm(v, 1); }},
      {"norm 3", [](auto& x, auto& a, bool k) { return norm(x, a, 3, k); }, [](auto& v) { return plain_norm(v, 3); }},
      {"norm inf", [](auto& x, auto& a, bool k) { return norm(x, a, kInfinity, k); },
       [](auto& v) { return std::max(*std::max_element(v.begin(), v.end()), -*std::min_element(v.begin(), v.end())); }},
  };
  on_each_isa([&] {
    for (const Row& row : table) {
      const std::string name = row.name;
      CAPTURE(name);
      check_against_loop(DType::f64, 1e-15, row.reduce, row.rule);
      check_against_loop(DType::f32, 3e-7, row.reduce, row.rule);
    }
  });
}

TEST_CASE("reductions of integers and masks are exact") {
  for (DType dtype : {DType::i64, DType::i32, DType::u8, DType::boolean}) {
    CAPTURE(dtype);
    check_against_loop(
        dtype, 0, [](auto& x, auto& a, bool k) { return sum(x, a, k); }, plain_sum);
    check_against_loop(
        dtype, 0, [](auto& x, auto& a, bool k) { return max(x, a, k); },
        [](auto& v) { return *std::max_element(v.begin(), v.end()); });
    check_against_loop(
        dtype, 0, [](auto& x, auto& a, bool k) { return argmin(x, a, k); }, [](auto& v) { return first_best(v, -1); });
    CHECK(sum(zeros({3}, dtype)).dtype() == DType::i64);
    CHECK(max(zeros({3}, dtype)).dtype() == dtype);
  }
}

TEST_CASE("var: the correction is subtracted from the count") {
  const Tensor x = tensor({1, 2, 4, 9}, DType::f64);
  CHECK(var(x).item() == doctest::Approx(38.0 / 3));
  CHECK(var(x, {}, 0).item() == doctest::Approx(38.0 / 4));
  CHECK(std::isnan(var(tensor({5}, DType::f64)).item()));
}

TEST_CASE("the bits of a row do not depend on other rows or on zeros after it") {
  Generator g{6, 0, 0};
  on_each_isa([&] {
    for (std::int64_t n : {1, 17, 100, 129, 5000, 17000}) {
      const Tensor rows = uniform({5, n}, -1, 1, DType::f32, g);
      const Tensor all = sum(rows, 1);
      for (std::int64_t i = 0; i < 5; ++i) {
        const Tensor row = slice(rows, 0, i, i + 1);
        CHECK(equal_bits(sum(row, 1), slice(all, 0, i, i + 1)));
        Tensor padded = zeros({1, n + 16500});
        Tensor target = slice(padded, 1, 0, n);
        copy_to(target, row);
        CHECK(equal_bits(sum(padded, 1), sum(row, 1)));
      }
      const Tensor columns = transpose(rows), column = slice(columns, 1, 2, 3);
      CHECK(equal_bits(sum(clone(columns), 0), sum(columns, 0)));
      CHECK(equal_bits(sum(column, 0), slice(sum(columns, 0), 0, 2, 3)));
    }
  });
}

TEST_CASE("max and min: NaN is propagated, and argmax returns the first one") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t n : {1, 3, 20, 100, 200, 17000})
        for (std::int64_t at : {std::int64_t{0}, n / 2, n - 1}) {
          Tensor x = arange(0, static_cast<double>(n), 1, dtype);
          x.set({at}, kNan);
          x.set({n - 1}, kNan);
          const Tensor column = reshape(x, {n, 1});
          for (const Tensor& values : {x, column}) {
            CHECK(std::isnan(max(values, 0).item()));
            CHECK(std::isnan(min(values, 0).item()));
            CHECK(argmax(values, 0).item() == at);
            CHECK(argmin(values, 0).item() == at);
          }
        }
  });
}

TEST_CASE("argmax: it is the first of equal elements, and 0 if all are -inf") {
  on_each_isa([] {
    for (std::int64_t n : {2, 9, 40, 300, 40000}) {
      Tensor x = zeros({n});
      x.set({n / 2}, 3);
      x.set({n - 1}, 3);
      CHECK(argmax(x).item() == n / 2);
      CHECK(argmax(reshape(x, {n, 1}), 0).item() == n / 2);
      CHECK(argmax(full({n}, -kInfinity)).item() == 0);
      CHECK(argmin(full({n, 2}, kInfinity), 0).at({1}) == 0);
      const Extremes both = max_with_indices(x);
      CHECK(both.values.item() == 3);
      CHECK(both.indices.item() == n / 2);
    }
  });
}

TEST_CASE("logsumexp: it does not overflow, and infinities are handled") {
  CHECK(logsumexp(tensor({1000, 1000}, DType::f64)).item() == doctest::Approx(1000 + std::log(2.0)));
  CHECK(logsumexp(full({3}, -kInfinity)).item() == -kInfinity);
  CHECK(logsumexp(tensor({1, kInfinity})).item() == kInfinity);
  CHECK(std::isnan(logsumexp(tensor({1, kNan})).item()));
}

TEST_CASE("reductions may be empty") {
  CHECK(sum(zeros({0})).item() == 0);
  CHECK(equal_bits(sum(zeros({3, 0}), 1), zeros({3})));
  CHECK(equal_bits(sum(zeros({0, 3}), 0), zeros({3})));
  CHECK(sum(zeros({0, 3}), 1).shape() == Shape{0});
  CHECK(std::isnan(mean(zeros({0})).item()));
  CHECK(logsumexp(zeros({0})).item() == -kInfinity);
  CHECK(max(zeros({0, 3}), 1).shape() == Shape{0});
}

TEST_CASE("mean with lengths: only the first positions of each example count") {
  on_each_isa([] {
    Generator g{7, 0, 0};
    for (std::int64_t time : {1, 7, 33, 300})
      for (std::int64_t dim : {1, 7, 33}) {
        const Tensor x = uniform({4, time, dim}, -1, 1, DType::f64, g);
        const Tensor lengths = tensor(std::vector<std::int64_t>{0, time, (time + 1) / 2, 1});
        const Tensor result = mean(x, lengths);
        REQUIRE(result.shape() == Shape{4, dim});
        for (std::int64_t b = 0; b < 4; ++b)
          for (std::int64_t d = 0; d < dim; ++d) {
            double total = 0;
            const auto length = static_cast<std::int64_t>(lengths.at({b}));
            for (std::int64_t t = 0; t < length; ++t) total += x.at({b, t, d});
            REQUIRE(std::abs(result.at({b, d}) - total / static_cast<double>(std::max<std::int64_t>(length, 1))) < 1e-13);
          }
      }
    for (const Shape& shape : {Shape{200, 300}, Shape{30, 200, 40}, Shape{4, 300, 3000}}) {
      const Tensor x = uniform(shape, -1, 1, DType::f32, g), lengths = randint(0, 200, {shape[0]}, g);
      same_bits_on_threads([&] { return mean(x, lengths); });
    }
  });
}

TEST_CASE("mean with lengths: padding changes no bit, whatever its values") {
  on_each_isa([] {
    Generator g{8, 0, 0};
    for (const Shape& inner : {Shape{}, Shape{1}, Shape{20}}) {
      Shape shape{1, 50};
      for (std::int64_t size : inner) shape.push_back(size);
      const Tensor x = uniform(shape, -1, 1, DType::f32, g);
      Shape wide = shape;
      wide[0] = 3;
      wide[1] = 700;
      Tensor padded = full(wide, kNan);
      for (std::int64_t b = 0; b < 3; ++b) {
        Tensor target = slice(slice(padded, 0, b, b + 1), 1, 0, 50);
        copy_to(target, x);
      }
      const Tensor alone = mean(x, tensor(std::vector<std::int64_t>{50}));
      const Tensor together = mean(padded, tensor(std::vector<std::int64_t>{50, 0, 50}));
      CHECK(equal_bits(slice(together, 0, 0, 1), alone));
      CHECK(equal_bits(slice(together, 0, 2, 3), alone));
      CHECK(sum(slice(together, 0, 1, 2)).item() == 0);
    }
  });
}

TEST_CASE("reductions: a scalar has the axes 0 and -1") {
  const Tensor x = tensor(-3);
  for (int axis : {0, -1})
    for (bool keepdim : {false, true}) {
      for (const Tensor& same : {sum(x, axis, keepdim), mean(x, axis, keepdim), max(x, axis, keepdim), min(x, axis, keepdim),
                                 logsumexp(x, axis, keepdim)})
        CHECK(equal_bits(same, x));
      CHECK(equal_bits(argmax(x, axis, keepdim), tensor(0, DType::i64)));
      CHECK(equal_bits(norm(x, axis, 2, keepdim), tensor(3)));
      CHECK(equal_bits(var(x, axis, 0, keepdim), tensor(0)));
    }
}

TEST_CASE("reductions: sums of integers are i64, and reductions with fractions are f32") {
  for (DType dtype : {DType::i64, DType::i32, DType::u8, DType::boolean}) {
    CAPTURE(dtype);
    const Tensor x = tensor({{1, 0, 1}, {1, 1, 1}}, dtype), real = cast(x, DType::f32);
    CHECK(equal_bits(sum(x, 1), tensor({2, 3}, DType::i64)));
    CHECK(equal_bits(mean(x, 1), tensor({2.0 / 3, 1})));
    CHECK(equal_bits(mean(x), tensor(5.0 / 6)));
    CHECK(equal_bits(mean(x, tensor(std::vector<std::int64_t>{2, 3})), tensor({0.5, 1})));
    CHECK(equal_bits(var(x, 1), var(real, 1)));
    CHECK(equal_bits(norm(x, 1), norm(real, 1)));
    CHECK(equal_bits(logsumexp(x, 1), logsumexp(real, 1)));
  }
  // Each number is beyond the integers that f32 can represent, but their mean is not.
  CHECK(mean(tensor(std::vector<std::int64_t>{(1 << 24) + 1, -(1 << 24)})).item() == 0.5);
}

TEST_CASE("norm: any order is right") {
  const Tensor x = tensor({{3, -4, 0}, {1, 2, -2}}, DType::f64);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(equal_bits(norm(x, 1, 0), tensor({2, 3}, DType::f64)));
  CHECK(equal_bits(norm(x, 1, infinity), tensor({4, 2}, DType::f64)));
  CHECK(equal_bits(norm(x, 1, -infinity), tensor({0, 1}, DType::f64)));
  CHECK(norm(x, 1, -1).at({0}) == 0);
  CHECK(norm(x, 1, -1).at({1}) == doctest::Approx(1 / (1 + 0.5 + 0.5)));
  CHECK(norm(x, 1, -2).at({1}) == doctest::Approx(1 / std::sqrt(1 + 0.25 + 0.25)));
  CHECK(norm(tensor({1e-30, 1}), {}, -2).item() / 1e-30 == doctest::Approx(1));  // f32 cannot represent 1e60
  CHECK(norm(x, 1, 0.5).at({1}) == doctest::Approx(std::pow(1 + 2 * std::sqrt(2), 2)));
  CHECK_THROWS_AS(norm(zeros({0}), {}, -infinity), ShapeError);
}

TEST_CASE("reductions: errors name the op, the rule and the values") {
  const Tensor x = zeros({2, 3});
  const Where no_line{};
  CHECK_THROWS_WITH_AS(sum(x, 2, false, no_line), "sum: axis 2 is outside -2..1", IndexError);
  CHECK_THROWS_WITH_AS(sum(x, {1, -1}, false, no_line), "sum: axis -1 is given twice", ValueError);
  CHECK_THROWS_WITH_AS(max(zeros({2, 0}), 1, false, no_line), "max: no elements to choose from in [2, 0]", ShapeError);
  CHECK_THROWS_WITH_AS(argmin(zeros({0}), {}, false, no_line), "argmin: no elements to choose from in [0]", ShapeError);
  CHECK_THROWS_WITH_AS(sum(tensor(1), 1, false, no_line), "sum: axis 1 is outside -1..0", IndexError);
  CHECK_THROWS_WITH_AS(sum(tensor(1), {0, -1}, false, no_line), "sum: axis -1 is given twice", ValueError);
  CHECK_THROWS_WITH_AS(norm(x, {}, std::nan(""), false, no_line), "norm: p is nan", ValueError);
  const auto lengths = [](std::vector<std::int64_t> values) { return tensor(values); };
  CHECK_THROWS_WITH_AS(mean(x, lengths({1}), no_line), "mean: lengths must have shape [2], not [1]", ShapeError);
  CHECK_THROWS_WITH_AS(mean(x, lengths({1, 4}), no_line), "mean: length 4 of example 1 is outside 0..3", IndexError);
  CHECK_THROWS_WITH_AS(mean(x, zeros({2}), no_line), "mean: lengths must be i64, not f32", DtypeError);
  CHECK_THROWS_WITH_AS(mean(zeros({2}), lengths({1, 1}), no_line), "mean: lengths require [batch, time, ...], not [2]",
                       ShapeError);
}

TEST_CASE("reductions of any empty view give the result for no numbers") {
  const auto empty_views = [](const Shape& shape, DType dtype) {
    std::vector<Tensor> views{zeros(shape, dtype), expand(zeros(Shape::filled(shape.dims(), 1), dtype), shape)};
    Shape one_column = shape, larger = shape;
    one_column[shape.dims() - 1] = 1;
    views.push_back(expand(zeros(one_column, dtype), shape));
    for (int axis = 0; axis < shape.dims(); ++axis) larger[axis] = 2 * shape[axis] + 3;
    Tensor stepped = zeros(larger, dtype);
    for (int axis = 0; axis < shape.dims(); ++axis) stepped = slice(stepped, axis, 1, 1 + 2 * shape[axis], 2);
    views.push_back(stepped);
    views.push_back(transpose(zeros(transpose(zeros(shape), 0, -1).shape(), dtype), 0, -1));
    return views;
  };
  for (const Shape& shape : {Shape{19, 0, 30}, Shape{0, 4, 5}, Shape{3, 4, 0}, Shape{2, 0, 3, 0}})
    for (DType dtype : {DType::f32, DType::f64, DType::i64, DType::u8})
      for (const Tensor& x : empty_views(shape, dtype)) {
        CAPTURE(shape);
        CAPTURE(x.strides());
        REQUIRE(x.shape() == shape);
        CHECK(x.is_contiguous());
        for (const Axes& axes : {Axes(0), Axes(1), Axes(-1), Axes{0, 1}, Axes{0, -1}, Axes()}) {
          const unsigned mask = axis_mask("test", axes, x, {});
          const Shape result = reduced_shape(shape, mask, false);
          const bool none = reduced_count(shape, mask) == 0;
          const Tensor total = sum(x, axes);
          CHECK(equal_bits(total, zeros(result, total.dtype())));
          if (none) CHECK_THROWS_AS(max(x, axes), ShapeError);
          if (!none) CHECK(argmin(x, axes).shape() == result);
          if (!is_floating(dtype)) continue;
          const Tensor variance = var(x, axes), average = mean(x, axes);
          CHECK(variance.shape() == result);
          CHECK(average.shape() == result);
          if (none && result.numel() > 0) CHECK(std::isnan(max(variance).item()));
          CHECK(equal_bits(norm(x, axes), zeros(result, dtype)));
          CHECK(logsumexp(x, axes).shape() == result);
        }
      }
}
