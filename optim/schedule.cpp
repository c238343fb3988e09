#include <weft/optim/schedule.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cmath>

namespace weft::optim {

namespace {
void check_factor(const char* op, const char* name, double factor, Where caller) {
  check<ValueError>(factor >= 0 && std::isfinite(factor), caller, op, ": ", name, " is ", factor,
                    ", not a finite number of at least 0");
}
}  // namespace

Schedule constant() {
  return [](std::int64_t) { return 1.0; };
}

Schedule step_decay(std::int64_t every, double gamma, Where caller) {
  check<ValueError>(every > 0, caller, "step_decay: every is ", every, ", not above 0");
  check_factor("step_decay", "gamma", gamma, caller);
  return [=](std::int64_t step) { return std::pow(gamma, static_cast<double>(step / every)); };
}

Schedule exponential(double gamma, Where caller) {
  check_factor("exponential", "gamma", gamma, caller);
  return [=](std::int64_t step) { return std::pow(gamma, static_cast<double>(step)); };
}

Schedule cosine(std::int64_t steps, double last, Where caller) {
  check<ValueError>(steps > 0, caller, "cosine: steps is ", steps, ", not above 0");
  check_factor("cosine", "last", last, caller);
  return [=](std::int64_t step) {
    double done = std::min(1.0, static_cast<double>(step) / static_cast<double>(steps));
    return last + (1 - last) * 0.5 * (1 + std::cos(3.141592653589793 * done));
  };
}

Schedule linear(std::int64_t steps, double last, Where caller) {
  check<ValueError>(steps > 0, caller, "linear: steps is ", steps, ", not above 0");
  check_factor("linear", "last", last, caller);
  return
      [=](std::int64_t step) { return 1 + (last - 1) * std::min(1.0, static_cast<double>(step) / static_cast<double>(steps)); };
}

Schedule warmup_inverse_sqrt(std::int64_t warmup, Where caller) {
  check<ValueError>(warmup > 0, caller, "warmup_inverse_sqrt: warmup is ", warmup, ", not above 0");
  return [=](std::int64_t step) {
    auto now = static_cast<double>(step + 1), full = static_cast<double>(warmup);
    return now < full ? now / full : std::sqrt(full / now);
  };
}

ReduceOnPlateau::ReduceOnPlateau(PlateauOptions options, Where caller) : options_(options) {
  check<ValueError>(options.factor > 0 && options.factor < 1, caller, "ReduceOnPlateau: factor is ", options.factor,
                    ", outside 0 .. 1");
  check<ValueError>(options.patience >= 0, caller, "ReduceOnPlateau: patience is ", options.patience, ", not at least 0");
  check_factor("ReduceOnPlateau", "threshold", options.threshold, caller);
  check_factor("ReduceOnPlateau", "smallest", options.smallest, caller);
}

double ReduceOnPlateau::observe(double value) {
  double margin = std::isinf(state.best) ? 0 : options_.threshold * std::abs(state.best);
  bool better = options_.larger_is_better ? value > state.best + margin : value < state.best - margin;
  if (!std::isnan(value) && (!state.any || better)) {
    state.best = value;
    state.any = true;
    state.waited = 0;
  } else if (++state.waited > options_.patience) {
    state.factor = std::max(state.factor * options_.factor, options_.smallest);
    state.waited = 0;
  }
  return state.factor;
}

}  // namespace weft::optim
