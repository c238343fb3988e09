// Callback: user code that is called while a model trains.
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

// Derive from it and add it to FitOptions::callbacks. Callbacks are called on the training thread, in the order of the list; an
// exception ends training.
class Callback {
 public:
  virtual ~Callback() = default;
  // Called before the first update; `so_far` contains the epochs of a resumed training.
  virtual void on_start(const History& /*so_far*/) {}
  virtual void on_update(const UpdateRecord& /*update*/) {}
  // Called after an epoch was scored; it is the last one in the history. Returning false ends training.
  virtual bool on_epoch(const History& /*history*/) { return true; }
  // Called when the model has the best weights so far, those of the epoch that just ended. Without validation data every epoch is
  // the best.
  virtual void on_best(const EpochRecord& /*epoch*/) {}
};

// Returns a callback that calls `action` whenever the model has the best weights so far.
std::shared_ptr<Callback> when_best(std::function<void()> action);

// Returns a callback that calls `action` when training begins, after all checks have passed: until then, files of an earlier run
// stay unchanged.
std::shared_ptr<Callback> when_started(std::function<void()> action);

}  // namespace weft
