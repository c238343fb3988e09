// Stretches of training, in the units that people think in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

// How long a training is. With batches by tokens, whose number differs from epoch to epoch, the first epoch stands for all.
struct TrainingPlan {
  int epochs = 0;
  std::int64_t updates_per_epoch = 0;

  std::int64_t total() const { return epochs * updates_per_epoch; }
};

// "500u": updates of the optimizer; "2e", "0.5e": epochs; "10%": of all updates; "30s", "5min", "2h": time. Zero by default.
struct TrainingTime {
  enum class Unit : std::uint8_t { updates, epochs, percent, seconds };
  double count = 0;
  Unit unit = Unit::updates;

  // Throws ValueError for anything else.
  static TrainingTime parse(std::string_view text);
  bool is_zero() const { return count == 0; }
  // In updates. Throws ValueError for time, whose updates nobody knows.
  double updates(const TrainingPlan& plan) const;
};
std::string to_string(const TrainingTime& time);

}  // namespace weft
