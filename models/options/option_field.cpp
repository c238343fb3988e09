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
  return (without_least ? value > least : value >= least) && (without_most ? value < most : value <= most);
}

std::string OptionRange::text() const {
  const bool has_least = std::isfinite(least), has_most = std::isfinite(most), is_finite = !has_most && without_most;
  if (has_least && has_most && !without_least)
    return "from " + text_of(least) + (without_most ? " to below " : " to ") + text_of(most);
  std::string text = is_finite ? "a finite number" : "";
  if (has_least)
    text += (is_finite ? without_least ? " " : " of " : "") + ((without_least ? "above " : "at least ") + text_of(least));
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
    const OptionRange& range = field.range;
    const bool at_end = (*number == range.least && range.without_least) || (*number == range.most && range.without_most);
    const std::string_view why = at_end ? range.why_not_end : "";
    check_option(false, caller, op, ": ", OptionName{field.name}, " is ", text_of(*number), ", not ", range.text(), why);
  }
}

}  // namespace weft
