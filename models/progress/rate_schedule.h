// The learning rate of a training, as a function or in words.
#pragma once

#include <weft/models/progress/training_time.h>
#include <weft/optim/schedule.h>

#include <concepts>
#include <string>
#include <utility>

namespace weft {

// A factor of the optimizer's rate for each update of a fit(): a function of the update, counted from 0, or one of these
// descriptions (LENGTH is "500u", "2e" or "10%", see TrainingTime):
//   constant                   1
//   cosine, cosine:LAST        from 1 down to LAST (0) along half a cosine over all updates after the warm-up
//   linear, linear:LAST        the same along a line
//   inverse-sqrt:LENGTH        rises over LENGTH, then sqrt(LENGTH / update): Vaswani et al. 2017
//   exponential:GAMMA/LENGTH   times GAMMA every LENGTH, gradually
//   step:GAMMA/LENGTH          times GAMMA every LENGTH, at once
// During a warm-up the rate rises in equal steps from 0 to the schedule's first value. Lengths are rounded to whole updates.
struct RateSchedule {
  std::string words = "constant";
  TrainingTime warmup = {};
  optim::Schedule function = {};  // used instead of words and warm-up, if given

  RateSchedule() = default;
  template <std::invocable<std::int64_t> Function>
  RateSchedule(Function function) : words(), function(std::move(function)) {}
  RateSchedule(std::string words, TrainingTime warmup = {}) : words(std::move(words)), warmup(warmup) {}
  RateSchedule(const char* words) : words(words) {}

  // Returns whether it depends on the length of the training. Lengths in epochs do not; a function may.
  bool needs_total() const;
  // Returns the schedule for a training of this plan. Throws ValueError for words other than those above.
  optim::Schedule over(const TrainingPlan& plan) const;
};

}  // namespace weft
