#include <weft/models/io/decimal.h>
#include <weft/models/progress/training_time.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weft {

namespace {

using Unit = TrainingTime::Unit;

struct UnitName {
  std::string_view name;
  Unit unit;
  double seconds;
};
constexpr std::array<UnitName, 6> kUnits{{{"u", Unit::updates, 0},
                                          {"e", Unit::epochs, 0},
                                          {"%", Unit::percent, 0},
                                          {"s", Unit::seconds, 1},
                                          {"min", Unit::seconds, 60},
                                          {"h", Unit::seconds, 3600}}};

}  // namespace

TrainingTime TrainingTime::parse(std::string_view text) {
  double count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  auto known = std::find_if(kUnits.begin(), kUnits.end(), [&](const UnitName& name) { return name.name == unit; });
  constexpr double kLongest = 1e12;
  require<ValueError>(
      error == std::errc() && known != kUnits.end() && count >= 0 && count <= kLongest, "\"", text,
      "\" is not a length of training: expected a number with u (updates), e (epochs), %, s, min or h, such as 500u");
  constexpr double kAll = 100;
  require<ValueError>(known->unit != TrainingTime::Unit::percent || count <= kAll, "\"", text,
                      "\" is longer than the whole training");
  return {known->seconds > 0 ? count * known->seconds : count, known->unit};
}

double TrainingTime::updates(const TrainingPlan& plan) const {
  require<ValueError>(unit != Unit::seconds || count == 0, "\"", to_string(*this), "\": expected updates, epochs or per cent");
  if (unit == Unit::epochs) return count * static_cast<double>(plan.updates_per_epoch);
  return unit == Unit::percent ? count / 100 * static_cast<double>(plan.total()) : count;
}

std::string to_string(const TrainingTime& time) {
  const std::string count = text::decimal(time.count);
  for (const UnitName& name : kUnits)
    if (name.unit == time.unit) return count + std::string(name.name);
  return count;
}

ParsedOption parsed_option(TrainingTime& time) {
  return {.type = "LENGTH",
          .get = [&time] { return to_string(time); },
          .check = [](const std::string& words) { TrainingTime::parse(words); },
          .set = [&time](const std::string& words) { time = TrainingTime::parse(words); }};
}

}  // namespace weft
