#include <weft/models/options/option_error.h>
#include <weft/models/options/option_field.h>
#include <weft/tensor/base/plain_text.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace weft {

namespace {
// Formats a number; large integers get no exponent.
std::string text_of(double value) {
  constexpr double kLargestWhole = 1e15;
  PlainText text;
  if (std::abs(value) < kLargestWhole && std::trunc(value) == value)
    text << static_cast<std::int64_t>(value);
  else
    text << printable(value);
  return text.str();
}
}  // namespace

bool OptionRange::contains(double value) const {
  return std::isfinite(value) && (without_least ? value > least : value >= least) &&
         (without_most ? value < most : value <= most);
}

std::string OptionRange::text() const {
  const bool has_least = least > std::numeric_limits<double>::lowest(), has_most = most < std::numeric_limits<double>::max();
  if (has_least && has_most && !without_least)
    return "from " + text_of(least) + (without_most ? " to below " : " to ") + text_of(most);
  std::string text;
  if (has_least) text += (without_least ? "above " : "at least ") + text_of(least);
  if (has_most) text += std::string(has_least ? " and " : "") + (without_most ? "below " : "at most ") + text_of(most);
  return text;
}

std::string OptionField::command_line_name() const {
  if (!flag.empty()) return std::string(flag);
  std::string dashed = "--" + std::string(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

std::optional<double> OptionField::number() const {
  return std::visit(
      [](const auto& value) -> std::optional<double> {
        using Held = std::decay_t<decltype(value)>;
        if constexpr (std::is_pointer_v<Held> && !std::is_same_v<Held, bool*>) return static_cast<double>(*value);
        return std::nullopt;
      },
      value);
}

void check_ranges(const char* op, const OptionFields& fields, Where caller) {
  for (const OptionField& field : fields) {
    const std::optional<double> number = field.number();
    if (!number || field.range.contains(*number)) continue;
    const bool finite = std::isfinite(*number), excused = *number == field.range.most && !field.range.why_not_most.empty();
    check_option(false, caller, op, ": ", OptionName{field.name}, " is ", text_of(*number), ", not ",
                 finite ? field.range.text() : "a finite number", excused ? ", " : "", excused ? field.range.why_not_most : "");
  }
}

}  // namespace weft
