#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

Tensor lengths(const std::vector<std::int64_t>& values) { return tensor(values); }

// Returns softmax over the last axis, by a plain loop over the elements for which `mask` (of x's shape) is true.
Tensor plain_softmax(const Tensor& x, const Tensor& mask, bool logarithms) {
  const Tensor values = contiguous(cast(x, DType::f64)), counted = contiguous(mask);
  Tensor result = full(x.shape(), logarithms ? kMaskedLogProbability : 0, DType::f64);
  const std::int64_t size = x.shape().back();
  for (std::int64_t row = 0; row < x.numel() / size; ++row) {
    const double* from = values.data<double>() + row * size;
    const bool* counts = counted.data<bool>() + row * size;
    double* to = result.write<double>().data() + row * size;
    double largest = -kInfinity, total = 0;
    for (std::int64_t i = 0; i < size; ++i)
      if (counts[i]) largest = std::max(largest, from[i]);
    for (std::int64_t i = 0; i < size; ++i)
      if (counts[i]) total += std::exp(from[i] - largest);
    for (std::int64_t i = 0; i < size; ++i)
      if (counts[i]) to[i] = logarithms ? from[i] - largest - std::log(total) : std::exp(from[i] - largest) / total;
  }
  return result;
}

Tensor everything(const Shape& shape) { return full(shape, 1, DType::boolean); }

}  // namespace

TEST_CASE("softmax and log_softmax agree with plain loops in f64") {
  Generator g{1};
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t n : {1, 7, 17, 33, 64, 200, 1000}) {
        const double tolerance = dtype == DType::f32 ? 1e-6 : 1e-14;
        const Tensor x = uniform({3, 2, n}, -20, 20, dtype, g);
        CHECK(all_close(softmax(x), plain_softmax(x, everything(x.shape()), false), tolerance, tolerance));
        CHECK(all_close(log_softmax(x), plain_softmax(x, everything(x.shape()), true), tolerance, tolerance));
        CHECK(all_close(sum(cast(softmax(x), DType::f64), -1), ones({3, 2}, DType::f64), 0, 1e-6));
        same_bits_on_threads([&] { return softmax(x); });

        const Tensor across = transpose(x, 0, 2);
        CHECK(equal_bits(softmax(across, 0), transpose(softmax(x), 0, 2)));
        CHECK(equal_bits(log_softmax(across, 0), transpose(log_softmax(x), 0, 2)));
        const Tensor strided = slice(uniform({3, 2 * n}, -1, 1, dtype, g), 1, 0, kEnd, 2);
        CHECK(equal_bits(softmax(strided), softmax(clone(strided))));
        const Tensor repeated = expand(uniform({1, n}, -1, 1, dtype, g), {4, n});
        CHECK(equal_bits(softmax(repeated), softmax(clone(repeated))));
      }
  });
}

TEST_CASE("softmax respects lengths and masks") {
  Generator g{2};
  on_each_isa([&] {
    for (std::int64_t time : {1, 7, 17, 33, 200}) {
      const Tensor x = uniform({4, 3, time}, -5, 5, DType::f64, g);
      const Tensor counts = lengths({time, 0, (time + 1) / 2, 1});
      const Tensor inside = reshape(length_mask(counts, time), {4, 1, time});
      const Tensor mask = expand(inside, x.shape());
      CHECK(all_close(softmax(x, counts), plain_softmax(x, mask, false), 1e-14, 1e-15));
      CHECK(all_close(log_softmax(x, counts), plain_softmax(x, mask, true), 1e-14, 1e-14));
      CHECK(equal_bits(softmax(x, inside), softmax(x, counts)));
      CHECK(equal_bits(log_softmax(x, inside), log_softmax(x, counts)));
      const Tensor random = bernoulli({3, time}, 0.5, DType::boolean, g);
      const Tensor all_random = expand(random, x.shape());
      CHECK(all_close(softmax(x, random), plain_softmax(x, all_random, false), 1e-14, 1e-15));
      CHECK(all_close(log_softmax(x, random), plain_softmax(x, all_random, true), 1e-14, 1e-14));
      CHECK(equal_bits(softmax(x, Tensor()), softmax(x)));
      const Tensor whole_rows = bernoulli({4, 3, 1}, 0.5, DType::boolean, g);
      CHECK(all_close(softmax(x, whole_rows), plain_softmax(x, expand(whole_rows, x.shape()), false), 1e-14, 1e-15));
    }
  });
}

TEST_CASE("softmax: padding, neighbours and batch size change no bit") {
  Generator g{3};
  on_each_isa([&] {
    for (std::int64_t time : {1, 5, 16, 31, 100}) {
      const Tensor x = uniform({1, time}, -5, 5, DType::f32, g);
      for (std::int64_t padded : {time, time + 1, time + 15, time + 64, time + 333}) {
        Tensor wide = full({3, padded}, std::numeric_limits<double>::quiet_NaN());
        Tensor target = slice(slice(wide, 0, 1, 2), 1, 0, time);
        copy_to(target, x);
        const Tensor counts = lengths({0, time, padded});
        CHECK(equal_bits(slice(slice(softmax(wide, counts), 0, 1, 2), 1, 0, time), softmax(x)));
        CHECK(equal_bits(slice(slice(log_softmax(wide, counts), 0, 1, 2), 1, 0, time), log_softmax(x)));
        CHECK(sum(slice(softmax(wide, counts), 0, 0, 1)).item() == 0);
        const Tensor tail = slice(slice(softmax(wide, counts), 0, 1, 2), 1, time);
        CHECK(equal_bits(tail, zeros(tail.shape())));

        const Tensor y = softmax(wide, lengths({0, time, 0})), gradient = uniform(wide.shape(), -1, 1, DType::f32, g);
        const Tensor own = slice(slice(gradient, 0, 1, 2), 1, 0, time);
        CHECK(equal_bits(slice(slice(softmax_gradient(y, gradient), 0, 1, 2), 1, 0, time), softmax_gradient(softmax(x), own)));
        const Tensor log_y = log_softmax(wide, lengths({0, time, 0}));
        CHECK(equal_bits(slice(slice(log_softmax_gradient(log_y, gradient), 0, 1, 2), 1, 0, time),
                         log_softmax_gradient(log_softmax(x), own)));
      }
    }
  });
}

TEST_CASE("softmax: large numbers, infinities and NaN are handled") {
  on_each_isa([] {
    CHECK(equal_bits(softmax(tensor({1e30, 1e30})), tensor({0.5, 0.5})));
    CHECK(equal_bits(softmax(tensor({-kInfinity, 3, -kInfinity})), tensor({0, 1, 0})));
    CHECK(equal_bits(softmax(full({20}, -kInfinity)), zeros({20})));
    CHECK(equal_bits(log_softmax(full({20}, -kInfinity)), full({20}, kMaskedLogProbability)));
    const Tensor with_nan = cast(softmax(tensor({1, std::numeric_limits<double>::quiet_NaN(), 2})), DType::f64);
    for (double v : with_nan.span<double>()) CHECK(std::isnan(v));
    CHECK(softmax(zeros({0, 3})).shape() == Shape{0, 3});
    CHECK(softmax(zeros({3, 0})).shape() == Shape{3, 0});
  });
}

TEST_CASE("softmax: a NaN anywhere makes the whole row NaN") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (double other : {0.0, 5.0, -kInfinity})
        for (std::int64_t size : {1, 2, 3, 17, 64, 200})
          for (std::int64_t at : {std::int64_t{0}, size / 2, size - 1}) {
            Tensor x = full({size}, other, dtype);
            x.set({at}, std::numeric_limits<double>::quiet_NaN());
            for (const Tensor& y : {softmax(x), log_softmax(x)}) {
              const Tensor numbers = cast(y, DType::f64);
              CHECK(std::ranges::all_of(numbers.span<double>(), [](double v) { return std::isnan(v); }));
            }
          }
  });
}

TEST_CASE("softmax: masked log-probabilities are far below all others and finite") {
  const Tensor y = log_softmax(tensor({{1, 2, 3}}), lengths({2}));
  CHECK(y.at({0, 2}) == static_cast<float>(kMaskedLogProbability));
  CHECK(softmax(y).at({0, 2}) == 0);
  CHECK(equal_bits(log_softmax_gradient(y, tensor({{0, 0, 5}})), zeros({1, 3})));
}

TEST_CASE("softmax: integers give f32, and a scalar has the axes 0 and -1") {
  CHECK(equal_bits(softmax(tensor({1, 2, 4}, DType::i64)), softmax(tensor({1, 2, 4}))));
  CHECK(equal_bits(log_softmax(tensor({1, 0}, DType::boolean)), log_softmax(tensor({1, 0}))));
  for (int axis : {0, -1}) {
    CHECK(equal_bits(softmax(tensor(3), axis), tensor(1)));
    CHECK(equal_bits(log_softmax(tensor(3), axis), tensor(0)));
  }
}

TEST_CASE("softmax: errors name the op, the rule and the values") {
  const Tensor x = zeros({2, 3});
  const Where no_line{};
  CHECK_THROWS_WITH_AS(softmax(zeros({}), 1, no_line), "softmax: axis 1 is outside -1..0", IndexError);
  CHECK_THROWS_WITH_AS(softmax(x, 2, no_line), "softmax: axis 2 is outside -2..1", IndexError);
  CHECK_THROWS_WITH_AS(softmax(x, lengths({1}), no_line), "softmax: lengths must have shape [2], not [1]", ShapeError);
  CHECK_THROWS_WITH_AS(softmax(x, lengths({1, 4}), no_line), "softmax: length 4 of example 1 is outside 0..3", IndexError);
  CHECK_THROWS_WITH_AS(softmax(zeros({3}), lengths({1}), no_line),
                       "softmax: lengths require an input of shape [batch, ..., time], not [3]", ShapeError);
  CHECK_THROWS_WITH_AS(log_softmax(x, zeros({2}), no_line), "log_softmax: takes i64 lengths or a bool mask, not f32", DtypeError);
  CHECK_THROWS_WITH_AS(softmax(x, everything({4}), no_line), "softmax: shapes do not broadcast: [2, 3] and [4] (3 against 4)",
                       ShapeError);
  CHECK_THROWS_WITH_AS(softmax(x, everything({5, 1, 3}), no_line), "softmax: the mask [5, 1, 3] does not broadcast to [2, 3]",
                       ShapeError);
}
