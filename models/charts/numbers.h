// Formats numbers for reports, independently of the locale.
#pragma once

#include <string>
#include <vector>

namespace weft::report {

// Returns the value with `digits` digits after the point: "12.30". Returns "-" for a value that is not finite, and never "-0.00".
std::string fixed(double value, int digits);

// Returns the shortest form with at most `digits` significant digits: "0.0123", "1.2e-05", "81000"; "-" for a value that is not
// finite.
std::string significant(double value, int digits);

// Returns a position in a drawing, rounded to tenths of a pixel: "12", "12.3".
std::string pixels(double value);

// The ticks of an axis.
struct Ticks {
  std::vector<double> values = {};  // rising, in steps of 1, 2 or 5 times a power of ten
  int digits = 0;                   // digits after the point that are needed to distinguish the ticks
  std::string label(double value) const { return fixed(value, digits); }
};

// Returns whether a range is too narrow for distinct ticks in double precision: high - low is at most 1e-12 of the larger
// absolute value.
bool is_narrow(double low, double high);

// Returns at most `most` + 1 ticks, the first at or below `low` and the last at or above `high`; all are whole numbers if
// `whole`. A narrow range is widened by a tenth of its absolute value. Bounds beyond kLargestTick are clamped to it.
inline constexpr double kLargestTick = 1e300;
Ticks ticks(double low, double high, int most, bool whole = false);

}  // namespace weft::report
