// Callback: what else should happen while a model trains.
#pragma once

#include <weft/models/progress/history.h>

#include <functional>
#include <memory>

namespace weft {

struct UpdateRecord {
  std::int64_t update = 0;  // of the optimizer, from 1
  int epoch = 0;
  double loss = 0;           // mean over the targets of this update
  double gradient_norm = 0;  // before clipping
  double learning_rate = 0;
  std::int64_t tokens = 0;  // of this update
};

// Derive from it and put it into FitOptions::callbacks. Called on the training thread, in the order of the list; what it throws
// ends training.
class Callback {
 public:
  virtual ~Callback() = default;
  // Before the first update; `so_far` are the epochs of a training that is resumed.
  virtual void on_start(const History& /*so_far*/) {}
  virtual void on_update(const UpdateRecord& /*update*/) {}
  // After an epoch was scored; the history ends with it. False ends training.
  virtual bool on_epoch(const History& /*history*/) { return true; }
  // The model has the best weights so far, those of the epoch that just ended. Without validation data every epoch is the best.
  virtual void on_best(const EpochRecord& /*epoch*/) {}
};

// Calls `action` whenever the model has the best weights so far.
std::shared_ptr<Callback> when_best(std::function<void()> action);

// Calls `action` as training begins, when nothing can be refused any more: what an earlier run left in a file stays there until
// then.
std::shared_ptr<Callback> when_started(std::function<void()> action);

}  // namespace weft
