// Callback: functions that are called while a model trains.
#pragma once

#include <weft/models/progress/history.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft {

struct UpdateRecord {
  std::int64_t update = 0;  // of the optimizer, from 1
  int epoch = 0;
  double loss = 0;           // mean over the targets of this update
  double gradient_norm = 0;  // before clipping
  double learning_rate = 0;
  std::int64_t tokens = 0;  // of this update
};

// One observer of a training. It sets the functions that it needs and is added to FitOptions::callbacks. Callbacks are called on
// the training thread, in the order of the list; an exception ends training.
//
//     auto print = [](const UpdateRecord& update) { std::cout << update.update << ' ' << update.loss << '\n'; };
//     trainer.fit(train, dev, {.callbacks = {{.on_update = print}}});
//
// On several ranks they are called on the first one, and what they return or throw counts for all; with `on_every_rank` they are
// called on every rank, as is necessary for one that changes the model.
struct Callback {
  // Called when training begins, after all checks have passed: until then, files of an earlier run stay unchanged. `so_far`
  // contains the epochs of a resumed training.
  std::function<void(const History& so_far)> on_start = {};
  // Called after each update of the weights.
  std::function<void(const UpdateRecord& update)> on_update = {};
  // Asked after each update, and after each one that was skipped. If it returns true, training saves a checkpoint and stops, so
  // that it can be resumed.
  std::function<bool()> stop = {};
  // Called when a checkpoint has been written.
  std::function<void(const std::string& path)> on_checkpoint = {};
  // Called when the model has the best weights so far, those of the epoch that just ended. Without validation data every epoch is
  // the best.
  std::function<void(const EpochRecord& epoch)> on_best = {};
  // Called after an epoch was scored, and after on_best; it is the last one in the history. If it returns false, this was the
  // last epoch.
  std::function<bool(const History& history)> on_epoch = {};
  // Called at the end, when the model has the weights that it keeps, but not after an error. `stopped` says that `stop` ended it.
  std::function<void(const History& history, bool stopped)> on_end = {};
  bool on_every_rank = false;
};

// Adds a callback that keeps the epochs, those before a resumed training too. Returns what it keeps.
std::shared_ptr<const History> keep_history(std::vector<Callback>& callbacks);

}  // namespace weft
