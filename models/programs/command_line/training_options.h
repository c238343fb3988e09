// The training options that classify and translate have in common.
#pragma once

#include <weft/models/programs/command_line/toml_config.h>
#include <weft/models/training/fit_options.h>
#include <weft/models/training/training_lock.h>

#include <functional>
#include <memory>
#include <string>

namespace weft::programs {

// Where a training writes its files, and the lock of its model.
struct TrainingRun {
  std::string model, csv_log, tensorboard, save_config;
  double rank_timeout = 60;                 // seconds
  std::unique_ptr<TrainingLock> lock = {};  // held during training
};

// Adds the options of updates, of the learning rate and of when to stop.
void add_updates(Command& command, FitOptions& fit);

// Adds --monitor with these scores as choices.
void add_monitor(Command& command, FitOptions& fit, const std::vector<std::string>& scores, const std::string& what);

void add_run(Command& command, FitOptions& fit, TrainingRun& run);

// Returns those of the options that must be equal to resume a training. The number of epochs may grow, unless the schedule
// depends on it, which the training itself checks.
Metadata identity_of(Metadata shaping);

// After this call, training continues if the reader of its log exits, as in `train | head -1`: writing fails instead, which
// flush_output() reports at the end. The handler does nothing; SIG_IGN would be inherited by child processes.
void outlive_readers();

// Fills in the path of checkpoints, lets the ranks of mpirun share what follows, and warns if they do not have the cores for
// their threads.
void prepare_ranks(FitOptions& fit, const TrainingRun& run);

// Fills in log, callbacks, checkpoints and lock, and returns the options that affect the result as a configuration file.
std::string prepare_run(const Command& command, FitOptions& fit, TrainingRun& run);

// Runs train(). Ctrl-C then writes a checkpoint and stops training, and Stopped is thrown. While data is read there is nothing to
// save, and Ctrl-C ends the program as usual.
void run_stoppable(FitOptions& fit, const std::function<void()>& train);

}  // namespace weft::programs
