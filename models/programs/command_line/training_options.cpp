#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/progress/stop_on_signal.h>
#include <weft/models/progress/tensorboard.h>
#include <weft/tensor/files/atomic_file.h>

#include <csignal>
#include <iostream>
#include <optional>

namespace weft::programs {

static void add_training_time(Command& command, const std::string& name, TrainingTime& value, const std::string& what) {
  command
      .option(
          name, [&value](const std::string& text) { value = TrainingTime::parse(text); }, what)
      .check(parsed_by(TrainingTime::parse))
      .type("LENGTH")
      .default_text(to_string(value));
}

void add_updates(Command& command, FitOptions& fit) {
  InGroup training(command, "Training");
  command.option("--epochs", &fit.epochs, "passes over the training data; 0: the model is written as it begins, untrained")
      .range(0, kMany);
  command.option("--batch-size", &fit.batch_size, "examples per batch").range(1, kMany);
  command
      .option("--batch-tokens", &fit.batch_tokens,
              "instead, as many examples as fit: their number times the longest one's length; 0: by --batch-size")
      .range(0, kMany);
  command.option("--accumulate", &fit.accumulate, "batches per update, which then is that of one large batch").range(1, kMany);
  command.option("--normalization", &fit.normalization, kNormalizationNames,
                 "what an update divides the sum of its losses by: targets (labels or words), examples, or nothing");
  command
      .option("--schedule", &fit.schedule.words,
              "of the learning rate: constant, cosine[:LAST], linear[:LAST], inverse-sqrt:LENGTH, exponential:GAMMA/LENGTH, "
              "step:GAMMA/LENGTH; LENGTH is 500u (updates), 2e (epochs) or 10%")
      .type("SCHEDULE")
      .check(parsed_by([](const std::string& words) { RateSchedule(words).over({.epochs = 1, .updates_per_epoch = 1}); }));
  add_training_time(command, "--warmup", fit.schedule.warmup, "how long the rate rises to where its schedule begins");
  command.option("--plateau-factor", &fit.plateau_factor,
                 "multiplies the rate when more than --plateau-patience epochs in a row are no better; 0: never");
  command.option("--plateau-patience", &fit.plateau_patience, "epochs that --plateau-factor lets pass").range(0, kMany);
  command.option("--clip-norm", &fit.clip_norm, "largest norm of all gradients together; 0: no limit");
  command.option("--average", &fit.average,
                 "decay of a moving average of the weights, such as 0.999, which is scored and kept instead; 0: none");
  command.option("--not-finite", &fit.not_finite, kNotFiniteNames,
                 "when a loss or gradient is NaN or infinite: stop and name the op, or skip the update");
  command.option("--patience", &fit.patience, "stop after this many epochs in a row without improvement; 0: never")
      .range(0, kMany);
  command.option("--min-updates", &fit.min_updates, "updates before which --patience does not stop").range(0, kMany);
}

void add_monitor(Command& command, FitOptions& fit, const std::vector<std::string>& scores, const std::string& what) {
  InGroup training(command, "Training");
  command.option("--monitor", &fit.monitor, "dev score that says which epoch is better: " + what).choices(scores);
}

void add_run(Command& command, FitOptions& fit, TrainingRun& run) {
  InGroup running(command, kRunGroup);
  command.option("--model", &run.model, "file to write the model to, after each epoch that is the best so far")
      .writes_file(Output::model)
      .required();
  command.flag("--resume", &fit.checkpoint.resume,
               "go on from the newest checkpoint as if nothing had happened; from the start where there is none");
  add_training_time(command, "--checkpoint-every", fit.checkpoint.every,
                    "how often MODEL.UPDATES.checkpoint is written: 500u, 1e, 10%, 10min; 0u: only on Ctrl-C");
  command.option("--keep-checkpoints", &fit.checkpoint.keep, "how many of the newest stay; 0: one, until training has ended")
      .range(0, kMany);
  command.option("--csv-log", &run.csv_log, "file for a table of the epochs").writes_file();
  command.option("--tensorboard", &run.tensorboard, "folder for TensorBoard's event files").writes_file(Output::folder);
  command.option("--save-config", &run.save_config, "file to write all options to, for --config").writes_file();
  add_threads(command);
}

Metadata identity_of(Metadata shaping) {
  shaping.erase("--epochs");
  return shaping;
}

void outlive_readers() {
  struct sigaction nothing {};
  struct sigaction before {};
  nothing.sa_handler = [](int) {};
  nothing.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &nothing, &before);
  if (before.sa_handler == SIG_IGN) sigaction(SIGPIPE, &before, nullptr);
}

std::string prepare_run(const Command& command, FitOptions& fit, TrainingRun& run) {
  const Metadata shaping = shaping_options(command);
  outlive_readers();
  if (!run.save_config.empty()) {
    auto repeatable = [](const Option& option) { return option.name() != "--resume" && option.name() != "--save-config"; };
    const std::string content = to_toml(command.name(), effective_options(command, repeatable));
    fit.callbacks.push_back({.on_start = [path = run.save_config, content](const History&) {
      AtomicFile file(path);
      file.write(content);
      file.commit();
    }});
  }
  fit.log = &std::cout;
  fit.checkpoint.path = run.model;
  fit.checkpoint.identity = identity_of(shaping);
  run.lock = std::make_unique<TrainingLock>(run.model);  // before the other one's checkpoints are taken for left ones
  TrainingCheckpointFiles(fit.checkpoint).check_start();
  fit.validate();
  if (!run.csv_log.empty()) fit.callbacks.push_back(csv_log(run.csv_log));
  if (!run.tensorboard.empty()) fit.callbacks.push_back(tensorboard(run.tensorboard));
  return to_toml(command.name(), shaping);
}

void run_stoppable(FitOptions& fit, const std::function<void()>& train) {
  struct Watch {
    std::optional<StopOnSignal> signal;
    bool stopped = false;  // a signal that comes after the last update stops nothing
  };
  const auto watch = std::make_shared<Watch>();
  fit.callbacks.push_back({.on_start = [watch](const History&) { watch->signal.emplace(); },
                           .stop = [watch] { return watch->signal->received(); },
                           .on_end = [watch](const History&, bool stopped) { watch->stopped = stopped; }});
  train();
  if (watch->stopped)
    throw Stopped("stopped; the same command with --resume goes on from " + fit.checkpoint.path + ".*.checkpoint");
}

}  // namespace weft::programs
