#include <weft/models/distributed/placement.h>
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

void add_updates(Command& command, FitOptions& fit) {
  InGroup training(command, "Training");
  command.options(fit.fields());
}

void add_monitor(Command& command, FitOptions& fit, const std::vector<std::string>& scores, const std::string& what) {
  InGroup training(command, "Training");
  command.option("--monitor", &fit.monitor, "dev score that decides which epoch is best: " + what).choices(scores);
}

void add_run(Command& command, FitOptions& fit, TrainingRun& run) {
  InGroup running(command, kRunGroup);
  command.option("--model", &run.model, "file to write the model to after each epoch that is the best so far")
      .writes_file(Output::model)
      .required();
  command.options(fit.checkpoint.fields());
  command
      .option("--rank-timeout", &run.rank_timeout,
              "under mpirun: number of seconds after which all ranks end because one of them is silent")
      .range(1, 1e6);
  command.share_work();
  command.option("--csv-log", &run.csv_log, "CSV file to write a line per epoch to").writes_file();
  command.option("--tensorboard", &run.tensorboard, "folder to write TensorBoard event files to").writes_file(Output::folder);
  command.option("--save-config", &run.save_config, "file to write all options to, which --config can read").writes_file();
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

void prepare_ranks(FitOptions& fit, const TrainingRun& run) {
  fit.checkpoint.path = run.model;
  Mpi* ranks = ranks_of_run();
  if (!ranks) return;
  fit.communicator = ranks;
  fit.validate();
  ranks->watch(run.rank_timeout);
  for (const std::string& warning : placement_warnings(ranks, this_place())) std::cerr << "warning: " << warning << std::endl;
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
  fit.checkpoint.identity = identity_of(shaping);
  fit.checkpoint.absent = absent_options(command);
  // Locked first, so that another process's checkpoints are not mistaken for old ones.
  fit.validate();
  on_first_rank(fit.communicator, [&] {
    run.lock = std::make_unique<TrainingLock>(run.model);
    TrainingCheckpointFiles(fit.checkpoint).check_start();
  });
  if (!run.csv_log.empty()) fit.callbacks.push_back(csv_log(run.csv_log));
  if (!run.tensorboard.empty()) fit.callbacks.push_back(tensorboard(run.tensorboard));
  return to_toml(command.name(), shaping);
}

void run_stoppable(FitOptions& fit, const std::function<void()>& train) {
  struct Watch {
    std::optional<StopOnSignal> signal;
    bool stopped = false;  // stays false if the signal comes after the last update
  };
  const auto watch = std::make_shared<Watch>();
  fit.callbacks.push_back({.on_start = [watch](const History&) { watch->signal.emplace(); },
                           .stop = [watch] { return watch->signal->received(); },
                           .on_end = [watch](const History&, bool stopped) { watch->stopped = stopped; },
                           .on_every_rank = true});
  train();
  if (watch->stopped)
    throw Stopped("stopped; to continue, repeat the command with --resume; it reads " + fit.checkpoint.path + ".*.checkpoint");
}

}  // namespace weft::programs
