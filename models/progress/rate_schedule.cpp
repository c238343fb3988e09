#include <weft/models/progress/rate_schedule.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/base/suggestion.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace weft {

namespace {

std::int64_t whole(double updates) { return std::max<std::int64_t>(std::llround(updates), 1); }

// The parts of a schedule: "step:0.5/2e" has the name "step" and the arguments "0.5/2e", a number and a length.
struct Words {
  std::string_view all, name, arguments;

  explicit Words(std::string_view text) : all(text), name(text.substr(0, text.find(':'))) {
    if (name.size() < text.size()) arguments = text.substr(name.size() + 1);
  }
  void refuse(const std::string& rule) const { require<ValueError>(false, "schedule \"", all, "\": ", rule); }
  double number(std::string_view text) const {
    double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= 0) || std::isinf(value))
      refuse("expected a finite number of at least 0");
    return value;
  }
  double last() const { return arguments.empty() ? 0 : number(arguments); }
  std::int64_t length(std::string_view text, const TrainingPlan& plan) const {
    const double updates = TrainingTime::parse(text).updates(plan);
    if (!(updates > 0)) refuse("a length must be above 0");
    return whole(updates);
  }
};

optim::Schedule main_part(const Words& words, const TrainingPlan& plan, std::int64_t warmup) {
  const std::int64_t rest = std::max<std::int64_t>(plan.total() - warmup, 1);
  if (words.name == "constant" && words.arguments.empty()) return optim::constant();
  if (words.name == "cosine") return optim::cosine(rest, words.last());
  if (words.name == "linear") return optim::linear(rest, words.last());
  if (words.name == "inverse-sqrt") return optim::warmup_inverse_sqrt(words.length(words.arguments, plan));
  if (words.name == "exponential" || words.name == "step") {
    const std::size_t slash = words.arguments.find('/');
    if (slash == std::string_view::npos) words.refuse("expected GAMMA/LENGTH after the colon, such as 0.5/2e");
    const double gamma = words.number(words.arguments.substr(0, slash));
    const std::int64_t length = words.length(words.arguments.substr(slash + 1), plan);
    return words.name == "step" ? optim::step_decay(length, gamma)
                                : optim::exponential(std::pow(gamma, 1 / static_cast<double>(length)));
  }
  words.refuse("expected constant, cosine, linear, inverse-sqrt, exponential or step" +
               did_you_mean(words.name, {"constant", "cosine", "linear", "inverse-sqrt", "exponential", "step"}));
  return {};
}

}  // namespace

bool RateSchedule::needs_total() const {
  const std::string_view name = Words(words).name;
  return function || name == "cosine" || name == "linear" || words.find('%') != std::string::npos ||
         warmup.unit == TrainingTime::Unit::percent;
}

optim::Schedule RateSchedule::over(const TrainingPlan& plan) const {
  if (function) return function;
  const std::int64_t rising = warmup.is_zero() ? 0 : whole(warmup.updates(plan));
  optim::Schedule rest = main_part(Words(words), plan, rising);
  if (rising == 0) return rest;
  return [=, top = rest(0)](std::int64_t update) {
    return update < rising ? top * static_cast<double>(update + 1) / static_cast<double>(rising) : rest(update - rising);
  };
}

}  // namespace weft
