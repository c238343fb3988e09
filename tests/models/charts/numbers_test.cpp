#include <weft/models/charts/numbers.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace weft::report {

TEST_CASE("numbers: fixed, significant and pixel formats") {
  CHECK(fixed(12.345, 1) == "12.3");
  CHECK(fixed(-0.001, 2) == "0.00");
  CHECK(fixed(-1.5, 0) == "-2");
  CHECK(fixed(std::numeric_limits<double>::quiet_NaN(), 2) == "-");
  CHECK(fixed(std::numeric_limits<double>::infinity(), 2) == "-");
  CHECK(significant(0.012345, 3) == "0.0123");
  CHECK(significant(81234.5, 4) == "81234");
  CHECK(significant(0.0000123, 2) == "1.2e-05");
  CHECK(significant(0, 4) == "0");
  CHECK(pixels(12) == "12");
  CHECK(pixels(12.26) == "12.3");
}

TEST_CASE("numbers: ticks are round, cover the range and do not exceed the limit") {
  const Ticks loss = ticks(0.13, 1.9, 5);
  CHECK(loss.values == std::vector<double>{0, 0.5, 1, 1.5, 2});
  CHECK(loss.label(0.5) == "0.5");
  const Ticks epochs = ticks(1, 3, 8, true);
  CHECK(epochs.values == std::vector<double>{1, 2, 3});
  for (double low : {-3.7, 0.0, 1e-7, 999.0})
    for (double span : {0.0, 1e-6, 0.3, 7.0, 1e5}) {
      const Ticks some = ticks(low, low + span, 5);
      CHECK(some.values.size() >= 2);
      CHECK(some.values.size() <= 6);
      CHECK(some.values.front() <= low + 1e-6 * span);
      CHECK(some.values.back() >= low + span - 1e-6 * span);
      for (std::size_t i = 1; i < some.values.size(); ++i) CHECK(some.label(some.values[i - 1]) != some.label(some.values[i]));
    }
}

TEST_CASE("numbers: ticks work for nearly equal and for very large values") {
  const double above = std::nextafter(1.0, 2.0), largest = std::numeric_limits<double>::max();
  const std::vector<std::pair<double, double>> ranges{{1, above},         {above, std::nextafter(above, 2.0)},
                                                      {-above, -1},       {1e15, 1e15 + 0.125},
                                                      {-1e308, 1e308},    {-largest, largest},
                                                      {largest, largest}, {0, std::numeric_limits<double>::denorm_min()}};
  for (const auto& range : ranges)
    for (bool whole : {false, true}) {
      CAPTURE(range.first);
      const auto [low, high] = range;
      const Ticks some = ticks(low, high, 5, whole);
      REQUIRE(some.values.size() >= 2);
      CHECK(some.values.size() <= 6);
      for (std::size_t i = 1; i < some.values.size(); ++i) CHECK(some.values[i - 1] < some.values[i]);
      for (double value : some.values) CHECK(std::isfinite(value));
    }
  CHECK(ticks(1e16, 1e16, 8, true).values.size() >= 2);
}

}  // namespace weft::report
