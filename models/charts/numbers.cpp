#include <weft/models/charts/numbers.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace weft::report {

namespace {

std::string to_text(double value, std::chars_format format, int digits) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 400> text;
  auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value, format, digits);
  std::string out(text.data(), end);
  if (out[0] == '-' && out.find_first_not_of("-0.") == std::string::npos) out.erase(0, 1);
  return out;
}

}  // namespace

std::string fixed(double value, int digits) { return to_text(value, std::chars_format::fixed, digits); }

std::string significant(double value, int digits) {
  constexpr double kPlain = 1e6;
  if (std::fabs(value) >= std::pow(10, digits) && std::fabs(value) < kPlain) return fixed(value, 0);
  return to_text(value, std::chars_format::general, digits);
}

std::string pixels(double value) {
  std::string text = fixed(value, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

bool is_narrow(double low, double high) {
  constexpr double kRelative = 1e-12, kAbsolute = 1e-300;
  return !(high - low > std::max(kRelative * std::max(std::fabs(low), std::fabs(high)), kAbsolute));
}

Ticks ticks(double low, double high, int most, bool whole) {
  low = std::clamp(low, -kLargestTick, kLargestTick);
  high = std::clamp(high, -kLargestTick, kLargestTick);
  if (is_narrow(low, high)) {
    const double share = std::fabs(low) * 0.1, margin = whole ? std::max(std::floor(share), 1.0) : std::max(share, 1e-6);
    high = low + margin;
    low -= whole ? 0 : margin;
  }
  int power = static_cast<int>(std::floor(std::log10((high - low) / most)));
  if (whole) power = std::max(power, 0);
  for (;; ++power) {
    const double unit = std::pow(10, power);
    for (double factor : {1.0, 2.0, 5.0}) {
      const double step = factor * unit;
      const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
      if (last - first > most) continue;
      Ticks result{.digits = std::max(0, -power)};
      const int count = static_cast<int>(last - first);
      for (int i = 0; i <= count; ++i) result.values.push_back((first + i) * step);
      return result;
    }
  }
}

}  // namespace weft::report
