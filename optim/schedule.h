// Schedules: the learning rate over time, as a factor of the optimizer's initial rate.
#pragma once

#include <weft/tensor/base/where.h>

#include <cstdint>
#include <functional>

namespace weft::optim {

// Maps a step (from 0) to a factor. A step may be an optimizer step or an epoch, whichever the caller uses. The functions below
// throw ValueError for lengths that are not positive and for factors that are negative, infinite or NaN.
using Schedule = std::function<double(std::int64_t step)>;

Schedule constant();
// gamma^(step / every), the exponent rounded down.
Schedule step_decay(std::int64_t every, double gamma = 0.1, Where caller = Where::here());
// gamma^step.
Schedule exponential(double gamma, Where caller = Where::here());
// From 1 down to `last` along half a cosine in `steps` steps, then `last`. Loshchilov & Hutter 2017.
Schedule cosine(std::int64_t steps, double last = 0, Where caller = Where::here());
// The same along a straight line.
Schedule linear(std::int64_t steps, double last = 0, Where caller = Where::here());
// With n = step + 1: n / warmup up to 1, then sqrt(warmup / n). Vaswani et al. 2017, section 5.3, with peak 1.
Schedule warmup_inverse_sqrt(std::int64_t warmup, Where caller = Where::here());

// Lowers the rate when a watched number stops improving.
struct PlateauOptions {
  double factor = 0.1;
  int patience = 10;        // observations without improvement that are tolerated
  double threshold = 1e-4;  // relative improvement that counts
  bool larger_is_better = false;
  double smallest = 0;  // the lowest factor
};
class ReduceOnPlateau {
 public:
  explicit ReduceOnPlateau(PlateauOptions options = {}, Where caller = Where::here());
  // Takes the next observation and returns the factor that now applies. A NaN is no improvement.
  double observe(double value);

  // Everything that a checkpoint saves.
  struct State {
    double factor = 1, best = 0;
    bool any = false;
    int waited = 0;
  };
  State state;

 private:
  PlateauOptions options_;
};

}  // namespace weft::optim
