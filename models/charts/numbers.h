// Numbers as reports show them: the same for every locale.
#pragma once

#include <string>
#include <vector>

namespace weft::report {

// With `digits` after the point: "12.30". "-" for what is not finite; no "-0.00".
std::string fixed(double value, int digits);

// The shortest form with at most `digits` significant ones: "0.0123", "1.2e-05", "81000". "-" for what is not finite.
std::string significant(double value, int digits);

// A place in a drawing, in tenths of a pixel: "12", "12.3".
std::string pixels(double value);

// The ticks of an axis.
struct Ticks {
  std::vector<double> values = {};  // rising, in steps of 1, 2 or 5 times a power of ten
  int digits = 0;                   // after the point, that tell them apart
  std::string label(double value) const { return fixed(value, digits); }
};

// Whether a range is too narrow for ticks that doubles tell apart: high - low is at most 1e-12 of the larger size.
bool is_narrow(double low, double high);

// At most `most` + 1 ticks from a tick at or below `low` to one at or above `high`; all whole numbers if `whole`. A narrow range
// is widened by a tenth of its size; what lies beyond kLargestTick is taken to lie there.
inline constexpr double kLargestTick = 1e300;
Ticks ticks(double low, double high, int most, bool whole = false);

}  // namespace weft::report
