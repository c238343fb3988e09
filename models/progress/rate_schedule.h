// The learning rate of a training, as a function or in words.
#pragma once

#include <weft/models/progress/training_time.h>
#include <weft/optim/schedule.h>

#include <concepts>
#include <string>
#include <utility>

namespace weft {

// A factor on the optimizer's rate for each update of a fit(). A function of the update, from 0, or words whose units the fit
// knows how to read (LENGTH is "500u", "2e" or "10%": see TrainingTime):
//   constant                   1
//   cosine, cosine:LAST        from 1 down to LAST (0) along half a cosine over all updates behind the warm-up
//   linear, linear:LAST        the same along a line
//   inverse-sqrt:LENGTH        rises over LENGTH, then sqrt(LENGTH / update): Vaswani et al. 2017
//   exponential:GAMMA/LENGTH   times GAMMA every LENGTH, evenly
//   step:GAMMA/LENGTH          times GAMMA every LENGTH, at once
// Over a warm-up the rate rises in even steps from 0 to where the schedule then begins. Lengths count in whole updates.
struct RateSchedule {
  std::string words = "constant";
  TrainingTime warmup = {};
  optim::Schedule function = {};  // instead of words and warm-up, where it is given

  RateSchedule() = default;
  template <std::invocable<std::int64_t> Function>
  RateSchedule(Function function) : words(), function(std::move(function)) {}
  RateSchedule(std::string words, TrainingTime warmup = {}) : words(std::move(words)), warmup(warmup) {}
  RateSchedule(const char* words) : words(words) {}

  // Whether it goes by how long the training is. Lengths in epochs do not; of a function nobody knows.
  bool needs_total() const;
  // For a training of this plan. Throws ValueError for words that are none of the above.
  optim::Schedule over(const TrainingPlan& plan) const;
};

}  // namespace weft
