// The options of training that classify and translate share.
#pragma once

#include <weft/models/programs/command_line/toml_config.h>
#include <weft/models/training/fit_options.h>
#include <weft/models/training/training_lock.h>

#include <functional>
#include <memory>
#include <string>

namespace weft::programs {

// How a training is run, beside what it computes.
struct TrainingRun {
  std::string model, csv_log, tensorboard, save_config;
  std::unique_ptr<TrainingLock> lock = {};  // while it runs
};

// What each update is made from, and when to stop.
void add_updates(Command& command, FitOptions& fit);

// --monitor; `scores` are those that the program knows.
void add_monitor(Command& command, FitOptions& fit, const std::vector<std::string>& scores, const std::string& what);

void add_run(Command& command, FitOptions& fit, TrainingRun& run);

// Of the options that shape a result those that must be the same to resume. Epochs may grow; where they shape the schedule, the
// training itself sees to them.
Metadata identity_of(Metadata shaping);

// From here on a reader of the log that ends, as in `train | head -1`, does not end the training: what is written fails instead,
// which flush_output() tells at the end. The handler does nothing; programs that are run would inherit SIG_IGN.
void outlive_readers();

// Fills in what training needs to be run, and returns the options that shape its result, as a configuration file.
std::string prepare_run(const Command& command, FitOptions& fit, TrainingRun& run);

// Runs train() so that Ctrl-C saves and stops. Throws Stopped then. While data is read there is nothing to save, and Ctrl-C ends
// the program as it ends others.
void run_stoppable(FitOptions& fit, const std::function<void()>& train);

}  // namespace weft::programs
