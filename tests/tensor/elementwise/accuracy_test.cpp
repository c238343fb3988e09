// Checks the bounds of tensor/docs/accuracy.md for a small selection of numbers. tests/accuracy/measure.cpp prints the table.
#include <weft/tensor/array/create.h>
#include <weft/tensor/runtime/float_mode.h>

#include <cstring>
#include <optional>

#include "tests/accuracy/functions.h"
#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

template <class T, class N>
void check_bounds(const AccurateFunction<N>& f, const std::vector<T>& x) {
  Tensor numbers({static_cast<std::int64_t>(x.size())}, dtype_of<T>());
  std::memcpy(numbers.output<T>(), x.data(), x.size() * sizeof(T));
  std::vector<N> values, slopes;
  for (T number : x) {
    values.push_back(f.value(N(number)));
    slopes.push_back(f.slope(N(number)));
  }
  on_each_isa([&] {
    for (bool kept : {false, true}) {
      const Variable input = leaf(numbers);
      std::optional<KeepDenormals> keep;
      if (kept) keep.emplace();
      const Variable y = f.function(input), g = grad({sum(y)}, {input})[0];
      LargestErrors value, slope;
      for (std::size_t i = 0; i < x.size(); ++i) {
        value.take(x[i], y.tensor().data<T>()[i], values[i]);
        slope.take(x[i], g.tensor().data<T>()[i], slopes[i]);
      }
      const std::string name = f.name;
      CAPTURE(name);
      CAPTURE(kept);
      CAPTURE(value.at);
      CAPTURE(slope.at);
      CHECK(value.normal <= f.ulps);
      CHECK(slope.normal <= f.slope_ulps);
      if (!kept) continue;
      CHECK(value.denormal <= f.ulps);
      CHECK(slope.denormal <= f.slope_ulps);
    }
  });
}

}  // namespace

TEST_CASE("f32 functions and their slopes are as accurate as their table says") {
  for (const AccurateFunction<double>& f : accurate_functions<double>(DType::f32)) {
    // Among others, numbers at which sweeps over all numbers once found gelu and sigmoid beyond their bounds.
    std::vector<float> x{-0.140319526f, -0.0320625938f, -0.483627647f, -1.10628247f};
    for (std::uint64_t bits = 0; bits <= 0xFFFFFFFF; bits += 65537 * 7) {
      float number;
      const auto pattern = static_cast<std::uint32_t>(bits);
      std::memcpy(&number, &pattern, sizeof number);
      if (std::isnormal(number) && number >= f.low && number <= f.high) x.push_back(number);
    }
    for (int i = 0; i < 6000; ++i) x.push_back(static_cast<float>(f.low + (f.high - f.low) * i / 6000));
    for (float& number : x) number = std::isnormal(number) ? number : 1.0f;
    check_bounds(f, x);
  }
}

TEST_CASE("f64 functions and their slopes are as accurate as their table says") {
  if (std::numeric_limits<long double>::digits < 64) {
    MESSAGE("skipped: long double has no more digits than f64 here");
    return;
  }
  Numbers numbers(1);
  for (const AccurateFunction<long double>& f : accurate_functions<long double>(DType::f64)) {
    // In their tails, exp(-x^2) and erfc(x) in long double are not accurate enough to serve as exact values.
    const bool normal = std::strchr("gn", f.name[0]) || std::string(f.name) == "erf";
    const double low = normal ? std::max(f.low, -12.0) : f.low, high = normal ? std::min(f.high, 12.0) : f.high;
    std::vector<double> x;
    for (int i = 0; i < 3000; ++i) {
      const double u = std::abs(numbers.number()), size = std::exp(std::log(high) - 30 * std::abs(numbers.number()));
      x.push_back(high > 1e100 ? 0.5 + u : low + (high - low) * u);
      x.push_back(low < 0 && i % 2 == 0 ? std::max(-size, low) : std::max(size, low));
    }
    // Neither are the slopes of gelu and silu near their zeros.
    const auto beside_zero = [](double number) { return std::abs(number + 0.7518) < 0.02 || std::abs(number + 1.2785) < 0.02; };
    std::erase_if(x, beside_zero);
    check_bounds(f, x);
  }
}
