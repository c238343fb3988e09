// Lengths of training, in practical units.
#pragma once

#include <weft/models/options/option_field.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace weft {

// The length of a training. With batches by tokens, whose number differs from epoch to epoch, the first epoch is taken as
// typical.
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
  // Returns the length in updates. Throws ValueError for time, which cannot be converted to updates.
  double updates(const TrainingPlan& plan) const;
};
std::string to_string(const TrainingTime& time);

// The value of an option that is a length.
ParsedOption parsed_option(TrainingTime& time);

}  // namespace weft
