// The options of training that classify and translate share.
#pragma once

#include <weft/models/programs/command_line/effective_options.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/progress/stop_on_signal.h>
#include <weft/models/progress/tensorboard.h>
#include <weft/models/training/fit_options.h>
#include <weft/models/training/training_lock.h>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace weft::programs {

// How a training is run, beside what it computes.
struct TrainingRun {
  std::string model, csv_log, tensorboard, save_config;
  std::unique_ptr<TrainingLock> lock = {};  // while it runs
};

inline void add_training_time(CLI::App* command, const std::string& name, TrainingTime& value, const std::string& what) {
  command
      ->add_option_function<std::string>(
          name, [&value](const std::string& text) { value = TrainingTime::parse(text); }, what)
      ->check(parsed_by(TrainingTime::parse))
      ->type_name("LENGTH")
      ->default_str(to_string(value));
}

// What each update is made from, and when to stop.
inline void add_updates(CLI::App* command, FitOptions& fit) {
  InGroup training(command, "Training");
  add_whole_number(command, "--epochs", fit.epochs, 0, kMany,
                   "passes over the training data; 0: the model is written as it begins, untrained");
  add_whole_number(command, "--batch-size", fit.batch_size, 1, kMany, "examples per batch");
  add_whole_number(command, "--batch-tokens", fit.batch_tokens, 0, kMany,
                   "instead, as many examples as fit: their number times the longest one's length; 0: by --batch-size");
  add_whole_number(command, "--accumulate", fit.accumulate, 1, kMany,
                   "batches per update, which then is that of one large batch");
  add_named(command, "--normalization", fit.normalization, normalization_from_string, {"target", "example", "none"},
            "what an update divides the sum of its losses by: targets (labels or words), examples, or nothing");
  command
      ->add_option("--schedule", fit.schedule.words,
                   "of the learning rate: constant, cosine[:LAST], linear[:LAST], inverse-sqrt:LENGTH, exponential:GAMMA/LENGTH, "
                   "step:GAMMA/LENGTH; LENGTH is 500u (updates), 2e (epochs) or 10%")
      ->type_name("SCHEDULE")
      ->check(parsed_by([](const std::string& words) { RateSchedule(words).over({.epochs = 1, .updates_per_epoch = 1}); }))
      ->capture_default_str();
  add_training_time(command, "--warmup", fit.schedule.warmup, "how long the rate rises to where its schedule begins");
  command
      ->add_option("--plateau-factor", fit.plateau_factor,
                   "multiplies the rate when more than --plateau-patience epochs in a row are no better; 0: never")
      ->capture_default_str();
  add_whole_number(command, "--plateau-patience", fit.plateau_patience, 0, kMany, "epochs that --plateau-factor lets pass");
  command->add_option("--clip-norm", fit.clip_norm, "largest norm of all gradients together; 0: no limit")->capture_default_str();
  command
      ->add_option("--average", fit.average,
                   "decay of a moving average of the weights, such as 0.999, which is scored and kept instead; 0: none")
      ->capture_default_str();
  add_named(command, "--not-finite", fit.not_finite, not_finite_from_string, {"stop", "skip"},
            "when a loss or gradient is NaN or infinite: stop and name the op, or skip the update");
  add_whole_number(command, "--patience", fit.patience, 0, kMany,
                   "stop after so many epochs in a row that are no better; 0: never");
  add_whole_number(command, "--min-updates", fit.min_updates, 0, kMany, "updates before which --patience does not stop");
}

// --monitor; `scores` are those that the program knows.
inline void add_monitor(CLI::App* command, FitOptions& fit, const std::vector<std::string>& scores, const std::string& what) {
  InGroup training(command, "Training");
  command->add_option("--monitor", fit.monitor, "dev score that says which epoch is better: " + what)
      ->check(CLI::IsMember(scores))
      ->capture_default_str();
}

inline void add_run(CLI::App* command, FitOptions& fit, TrainingRun& run) {
  InGroup running(command, kRunGroup);
  writes_file(command->add_option("--model", run.model, "file to write the model to, after each epoch that is the best so far"),
              Output::model)
      ->required();
  command->add_flag("--resume", fit.checkpoint.resume,
                    "go on from the newest checkpoint as if nothing had happened; from the start where there is none");
  add_training_time(command, "--checkpoint-every", fit.checkpoint.every,
                    "how often MODEL.UPDATES.checkpoint is written: 500u, 1e, 10%, 10min; 0u: only on Ctrl-C");
  add_whole_number(command, "--keep-checkpoints", fit.checkpoint.keep, 0, kMany,
                   "how many of the newest stay; 0: one, until training has ended");
  writes_file(command->add_option("--csv-log", run.csv_log, "file for a table of the epochs"));
  writes_file(command->add_option("--tensorboard", run.tensorboard, "folder for TensorBoard's event files"), Output::folder);
  writes_file(command->add_option("--save-config", run.save_config, "file to write all options to, for --config"));
  add_threads(command);
}

// Of the options that shape a result those that must be the same to resume. Epochs may grow; where they shape the schedule, the
// training itself sees to them.
inline Metadata identity_of(Metadata shaping) {
  shaping.erase("--epochs");
  return shaping;
}

// From here on a reader of the log that ends, as in `train | head -1`, does not end the training: what is written fails instead,
// which flush_output() tells at the end. The handler does nothing; programs that are run would inherit SIG_IGN.
inline void outlive_readers() {
  struct sigaction nothing {};
  struct sigaction before {};
  nothing.sa_handler = [](int) {};
  nothing.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &nothing, &before);
  if (before.sa_handler == SIG_IGN) sigaction(SIGPIPE, &before, nullptr);
}

// Fills in what training needs to be run, and returns the options that shape its result, as a configuration file.
inline std::string prepare_run(const CLI::App& command, FitOptions& fit, TrainingRun& run) {
  const Metadata shaping = shaping_options(command);
  outlive_readers();
  if (!run.save_config.empty()) {
    auto repeatable = [](const CLI::Option& option) {
      return option.get_name() != "--resume" && option.get_name() != "--save-config";
    };
    const std::string content = to_toml(command.get_name(), effective_options(command, repeatable));
    fit.callbacks.push_back(when_started([path = run.save_config, content] {
      AtomicFile file(path);
      file.write(content);
      file.commit();
    }));
  }
  fit.log = &std::cout;
  fit.checkpoint.path = run.model;
  fit.checkpoint.identity = identity_of(shaping);
  run.lock = std::make_unique<TrainingLock>(run.model);  // before the other one's checkpoints are taken for left ones
  CheckpointFiles(fit.checkpoint).check_start();
  fit.validate();
  if (!run.csv_log.empty()) fit.callbacks.push_back(std::make_shared<CsvLog>(run.csv_log));
  if (!run.tensorboard.empty()) fit.callbacks.push_back(std::make_shared<TensorBoard>(run.tensorboard));
  return to_toml(command.get_name(), shaping);
}

// Runs train() so that Ctrl-C saves and stops. Throws Stopped then. While data is read there is nothing to save, and Ctrl-C ends
// the program as it ends others.
template <class Train>
void run_stoppable(FitOptions& fit, Train train) {
  struct Watch : Callback {
    std::optional<StopOnSignal> signal;
    void on_start(const History& /*so_far*/) override { signal.emplace(); }
  };
  const auto watch = std::make_shared<Watch>();
  fit.callbacks.push_back(watch);
  bool stopped = false;  // a signal that comes behind the last update stops nothing
  fit.stop = [&] { return stopped = watch->signal->received(); };
  train();
  if (stopped) throw Stopped("stopped; the same command with --resume goes on from " + fit.checkpoint.path + ".*.checkpoint");
}

}  // namespace weft::programs
