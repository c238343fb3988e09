#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/layer_norm.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>

#include <cmath>
#include <limits>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

TEST_CASE("layer_norm: kernels agree with the plain composition with one and two threads") {
  Generator g{1};
  on_each_isa([&] {
    for (std::int64_t size : {1, 7, 16, 33, 300}) {
      const Tensor x = uniform({70, size}, -3, 5, DType::f64, g), weight = uniform({size}, 0.5, 2, DType::f64, g);
      const Tensor bias = uniform({size}, -1, 1, DType::f64, g), gradient = uniform({70, size}, -1, 1, DType::f64, g);
      const Tensor inverse = reciprocal(sqrt(var(x, -1, 0, true) + 1e-5)), z = (x - mean(x, -1, true)) * inverse;
      CHECK(all_close(layer_norm(x, weight, bias), z * weight + bias, 1e-12, 1e-12));
      CHECK(all_close(layer_norm(x, {}, bias), z + bias, 1e-12, 1e-12));
      CHECK(all_close(layer_norm(x, weight, {}), z * weight, 1e-12, 1e-12));

      const LayerNormResult result = layer_norm_forward(x, weight, bias, 1e-5, {});
      const auto backward = [&] { return layer_norm_backward(x, weight, result, gradient, {true, true, true}); };
      const Tensor h = gradient * weight, expected = (h - mean(h, -1, true) - z * mean(h * z, -1, true)) * inverse;
      CHECK(all_close(backward().x, expected, 1e-10, 1e-10));
      CHECK(all_close(backward().weight, sum(gradient * z, 0), 1e-12, 1e-12));
      CHECK(all_close(backward().bias, sum(gradient, 0), 1e-12, 1e-12));
      same_bits_on_threads([&] { return layer_norm(x, weight, bias); });
      same_bits_on_threads([&] { return backward().x; });
      same_bits_on_threads([&] { return backward().weight; });
      same_bits_on_threads([&] { return backward().bias; });
    }
  });
}

TEST_CASE("layer_norm: the bits of a row depend only on the row") {
  Generator g{2};
  on_each_isa([&] {
    const Tensor x = uniform({3, 40, 33}, -3, 5, DType::f32, g), all = layer_norm(x, {}, {});
    for (std::int64_t i = 0; i < 40; i += 13) {
      const Tensor row = slice(slice(x, 0, 1, 2), 1, i, i + 1);
      CHECK(equal_bits(layer_norm(row, {}, {}), slice(slice(all, 0, 1, 2), 1, i, i + 1)));
    }
    const Tensor across = transpose(x, 0, 2);
    CHECK(equal_bits(layer_norm(across, {}, {}), layer_norm(clone(across), {}, {})));
  });
}

TEST_CASE("layer_norm: large means do not spoil the variance, and equal numbers give zeros") {
  const Tensor x = tensor({{10001, 10003}});
  CHECK(all_close(layer_norm(x, {}, {}, 0), tensor({{-1, 1}}), 1e-6, 0));
  CHECK(equal_bits(layer_norm(full({2, 5}, 7), {}, {}), zeros({2, 5})));
  CHECK(layer_norm(zeros({0, 3}), {}, {}).shape() == Shape{0, 3});
}

TEST_CASE("layer_norm: a rounded mean is corrected, so that equal numbers give zeros") {
  on_each_isa([] {
    for (std::int64_t size : {3, 17, 768, 1000, 100000})
      for (double number : {0.1, 123.456, -1234.567, 12345.678, 123456.7, 3e18, 1e-12}) {
        CAPTURE(size);
        CAPTURE(number);
        const Tensor x = full({size}, number);
        CHECK(equal_bits(layer_norm(x, ones({size}), {}, 1e-12), zeros({size})));
        CHECK(equal_bits(var(x), zeros({})));
      }
    // Neighbouring f32 numbers: the deviations are -1 and 1 whatever the mean is rounded to.
    const Tensor x = reshape(stack({full({400}, 123456.703125), full({400}, 123456.7109375)}, 1), {1, 800});
    const Tensor z = reshape(expand(tensor({-1, 1}), {400, 2}), {1, 800}), gradient = Numbers(1).tensor({1, 800}, DType::f32);
    CHECK(all_close(layer_norm(x, {}, {}, 0), z, 1e-5, 0));
    CHECK(std::abs(var(x, {}, 0).item() / (0.00390625 * 0.00390625) - 1) < 1e-5);
    const LayerNormResult result = layer_norm_forward(x, {}, {}, 0, {});
    const Tensor dx = (gradient - mean(gradient) - z * mean(gradient * z)) / 0.00390625;
    CHECK(all_close(layer_norm_backward(x, {}, result, gradient, {true, false, false}).x, dx, 1e-3, 1e-3));
  });
}

TEST_CASE("layer_norm: squares and sums of rows may overflow") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t size : {2, 17, 1000}) {
        CAPTURE(size);
        const Tensor x = Numbers(7).tensor({3, size}, dtype), gradient = Numbers(8).tensor({3, size}, dtype);
        const double tolerance = dtype == DType::f32 ? 2e-5 : 1e-12;
        const LayerNormResult small = layer_norm_forward(x, {}, {}, 0, {});
        for (double unit : dtype == DType::f32 ? std::vector{0x1p60, 0x1p100, 0x1p125} : std::vector{0x1p512, 0x1p1020}) {
          CAPTURE(unit);
          const LayerNormResult large = layer_norm_forward(x * unit, {}, {}, 1e-5, {});
          CHECK(all_close(large.y, small.y, tolerance, tolerance));
          CHECK(equal_bits(layer_norm(full({size}, unit, dtype), {}, {}), zeros({size}, dtype)));
          if (unit > 0x1p1000 || (dtype == DType::f32 && unit > 0x1p110)) continue;  // the gradient underflows
          const auto slope = [&](const Tensor& x, const LayerNormResult& result) {
            return layer_norm_backward(x, {}, result, gradient, {true, false, false}).x;
          };
          const Tensor wanted = slope(x, small);
          CHECK(all_close(slope(x * unit, large) * unit, wanted, tolerance, tolerance * max(abs(wanted)).item()));
        }
        for (double wrong : {double(INFINITY), double(NAN)}) {
          Tensor row = clone(x);
          row.set({1, size / 2}, wrong);
          const Tensor y = layer_norm(row, {}, {});
          CHECK(is_finite(select(y, 0, 0)));
          CHECK(all_close(cast(select(y, 0, 1) != select(y, 0, 1), DType::f32), ones({size})));
        }
      }
  });
}

TEST_CASE("layer_norm: rows and gradients may use the whole range of their dtype") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t copies : {1, 7, 300}) {
        CAPTURE(copies);
        const double largest =
            dtype == DType::f32 ? double(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
        const double tolerance = dtype == DType::f32 ? 2e-6 : 1e-14;
        const Tensor signs =
            repeat(tensor({{1, -1, 1, -1}, {1, 1, 1, -1}, {-1, 0.5, 1, 0.25}, {1, 1, 1, 1}}, dtype), {1, copies});
        const Tensor gradient = Numbers(3).tensor({4, 4 * copies}, dtype) * 1e6;
        const auto slopes = [&](const Tensor& x, const LayerNormResult& result) {
          return layer_norm_backward(x, {}, result, gradient, {true, true, false});
        };
        const LayerNormResult small = layer_norm_forward(signs, {}, {}, 0, {});
        const Tensor x = signs * largest;
        const LayerNormResult large = layer_norm_forward(x, {}, {}, 1e-5, {});
        CHECK(all_close(slice(large.y, 0, 0, 3), slice(small.y, 0, 0, 3), tolerance, tolerance));
        CHECK(equal_bits(select(large.y, 0, 3), zeros({4 * copies}, dtype)));
        // The numbers of the last row are equal, so that only epsilon counts.
        const LayerNormGradients given = slopes(x, large), wanted = slopes(signs, small);
        const Tensor upper = slice(wanted.x, 0, 0, 3);
        CHECK(all_close(slice(given.x, 0, 0, 3) * largest, upper, 10 * tolerance, 10 * tolerance * max(abs(upper)).item()));
        const Tensor last = select(gradient, 0, 3), level = (last - mean(last)) / std::sqrt(1e-5);
        for (double number : {1.0, 1e37, largest}) {
          const Tensor same = full({1, 4 * copies}, number, dtype), of_last = unsqueeze(last, 0);
          const LayerNormResult result = layer_norm_forward(same, {}, {}, 1e-5, {});
          const Tensor slope = layer_norm_backward(same, {}, result, of_last, {true, false, false}).x;
          CHECK(all_close(squeeze(slope, 0), level, 10 * tolerance, tolerance * max(abs(level)).item()));
        }
        CHECK(all_close(given.weight, sum(slice(gradient * small.y, 0, 0, 3), 0), tolerance, 1e6 * tolerance));
      }
    CHECK(all_close(layer_norm(tensor({3e38, 3e38, 3e38, -3e38}), {}, {}), layer_norm(tensor({1, 1, 1, -1}), {}, {}, 0)));
  });
}

TEST_CASE("layer_norm: errors name the rule and the values") {
  const Tensor x = zeros({2, 3});
  const Where no_line{};
  CHECK_THROWS_WITH_AS(layer_norm(x, zeros({2}), {}, 1e-5, no_line), "layer_norm: weight is [2], x is [2, 3]", ShapeError);
  CHECK_THROWS_WITH_AS(layer_norm(x, {}, zeros({3, 1}), 1e-5, no_line), "layer_norm: bias is [3, 1], x is [2, 3]", ShapeError);
  CHECK_THROWS_WITH_AS(layer_norm(x, zeros({3}, DType::f64), {}, 1e-5, no_line), "layer_norm: weight is f64, x is f32",
                       DtypeError);
  CHECK_THROWS_WITH_AS(layer_norm(zeros({}), {}, {}, 1e-5, no_line), "layer_norm: a scalar has no axis", ShapeError);
  CHECK_THROWS_WITH_AS(layer_norm(zeros({2}, DType::i64), {}, {}, 1e-5, no_line), "layer_norm: takes f32 or f64, not i64",
                       DtypeError);
}
