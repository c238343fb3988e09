// translate bottleneck.
#include <weft/models/experiments/bottleneck.h>
#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/programs/translate/command.h>
#include <weft/models/programs/translate/defaults.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/progress/stop_on_signal.h>
#include <weft/models/progress/tensorboard.h>

#include <functional>
#include <iostream>
#include <memory>
#include <optional>

namespace weft::programs {

namespace {

struct Options {
  Paths train, dev, test;
  text::FileOptions files;
  TokenizerArguments tokenizer = recommended_tokenizer();
  BottleneckOptions bottleneck = {.training = recommended_training()};
  std::string model, csv_log, tensorboard;  // beginnings of the file names of each run
  bool resume = false;
  ReportOption report;
};

void add_run_files(Command& command, Options& options) {
  InGroup run(command, kRunGroup);
  command.option("--model", &options.model, "write the models to OUTFILE-attention-SEED and OUTFILE-fixed-SEED")
      .writes_file(Output::name_begins);
  command.flag("--resume", &options.resume, "with --model: continue where the same command was stopped");
  command.option("--csv-log", &options.csv_log, "write tables of the epochs to OUTFILE-attention-SEED and so on")
      .writes_file(Output::name_begins);
  command.option("--tensorboard", &options.tensorboard, "folder for TensorBoard event files, with a subfolder for each run")
      .writes_file(Output::folder);
}

std::vector<std::string> run_names(const Options& options) {
  std::vector<std::string> names;
  for (int i = 0; i < options.bottleneck.seeds; ++i)
    for (bool attention : {true, false})
      names.push_back(bottleneck_run(attention, options.bottleneck.training.fit.seed + static_cast<std::uint64_t>(i)));
  return names;
}

// Returns the files of all runs.
std::vector<Written> run_files(const Options& options) {
  std::vector<Written> files;
  for (const std::string& run : run_names(options)) {
    if (!options.model.empty()) files.push_back({options.model + "-" + run, "--model", Output::model});
    if (!options.csv_log.empty()) files.push_back({options.csv_log + "-" + run, "--csv-log"});
  }
  return files;
}

// Returns the options of a run: those of the command line with the seed of the run, and without options that the twin does not
// use.
Metadata own_options(Metadata shaping, const TranslatorTraining& training) {
  shaping["--seed"] = std::to_string(training.fit.seed);
  if (training.model.has_attention()) {
    shaping.erase("--context-starts-only");
    return shaping;
  }
  shaping["--attention"] = "\"none\"";
  for (const char* name : {"--scaled-scores", "--wiring", "--input-feeding", "--copy", "--coverage", "--coverage-loss"})
    shaping.erase(name);
  return shaping;
}

// Returns the checkpoint options of a run: one for each epoch. The last one is kept until all runs have ended.
TrainingCheckpointOptions checkpoints(const Options& options, const std::string& run, int keep) {
  return {.path = options.model + "-" + run, .every = TrainingTime::parse("1e"), .keep = keep, .resume = options.resume};
}

// Calls `visit` with the checkpoints of all runs.
void each_run(const Options& options, int keep, const std::function<void(const TrainingCheckpointFiles&)>& visit) {
  if (options.model.empty()) return;
  for (const std::string& run : run_names(options)) {
    const TrainingCheckpointOptions own = checkpoints(options, run, keep);
    visit(TrainingCheckpointFiles(own));
  }
}

// Gives each run its own files.
void set_run_files(Options& options, const Command& command, const Metadata& shaping) {
  options.bottleneck.before_run = [&options, &command, shaping](const std::string& run, TranslatorTraining& training) {
    training.config = to_toml(command.name(), own_options(shaping, training));
    if (!options.model.empty()) {
      training.model_path = options.model + "-" + run;
      training.fit.checkpoint = checkpoints(options, run, 1);
      training.fit.checkpoint.identity = identity_of(own_options(shaping, training));
      training.fit.checkpoint.absent = absent_options(command);
      for (const char* name : {"--seeds", "--beam", "--bounds"}) training.fit.checkpoint.identity.erase(name);
    }
    if (!options.csv_log.empty()) training.fit.callbacks.push_back(csv_log(options.csv_log + "-" + run));
    if (!options.tensorboard.empty()) training.fit.callbacks.push_back(tensorboard(options.tensorboard + "/" + run));
  };
}

void show_result(const BottleneckResult& result, const ReportOption& option) {
  if (result.runs.empty()) return;
  std::cout << "\nparameters with attention " << result.attention_parameters;
  if (result.fixed_parameters > 0) std::cout << ", fixed vector " << result.fixed_parameters;
  std::cout << "\n\n"
            << (result.curves.size() == 1 ? result.curves[0].name + ":\n" : "") << report::terminal_picture(result.curves);
  if (!option.wanted()) return;
  report::Report report = begin_report(option);
  report::add_bottleneck(report, result);
  report::write_report(option.path, report);
}

}  // namespace

void add_bottleneck(Command& program) {
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand(
      "bottleneck", "Train a translator with attention and one without, and draw BLEU against the length of the source");
  add_pairs(command, "--train", options->train, "training pairs").required();
  add_pairs(command, "--dev", options->dev,
            "pairs for choosing the best epoch; without them, 5 % of the training pairs are held out");
  add_pairs(command, "--test", options->test, "pairs to score").required();
  add_pair_options(command, options->files, "without it none");
  add_tokenizer_options(command, options->tokenizer, 2);
  add_training_options(command, options->bottleneck.training);
  command.option("--seeds", &options->bottleneck.seeds, "number of runs of each, with seeds from --seed on").range(1, 1000);
  add_beam(command, options->bottleneck.search);
  command
      .option("--bounds", &options->bottleneck.bounds,
              "upper bounds of the groups of lengths, such as 10,20,30; by default chosen from the test sources")
      .separated_by(',')
      .type("LENGTHS");
  add_run_files(command, *options);
  add_report_alone(command, options->report, "BLEU by length, parameters, learning curves");
  add_threads(command);
  command.action([options, &command, &program] {
    TranslatorTraining& training = options->bottleneck.training;
    check_files(program, run_files(*options));
    complete_defaults(command, options->tokenizer, training);
    options->tokenizer.validate();
    require_option(!options->resume || !options->model.empty(), OptionName{"--resume"}, " needs ", OptionName{"--model"},
                   ", which determines where the checkpoints are");
    std::optional<TrainingLock> lock;
    if (!options->model.empty()) lock.emplace(options->model);
    each_run(*options, 1, [](const TrainingCheckpointFiles& files) { files.check_start(); });
    check_context(command);
    training.context = options->files.context;
    std::vector<text::TextPair> dev;
    if (!options->dev.empty()) dev = read_all(*pair_source(options->dev, options->files));
    const auto train = read_all(*pair_source(options->train, options->files));
    const auto test = read_all(*pair_source(options->test, options->files));
    const text::MemorySource<text::TextPair> train_pairs(train);
    complete_from_pairs(command, train_pairs, options->tokenizer, training);
    set_run_files(*options, command, shaping_options(command));
    make_tokenizers(options->tokenizer, train_pairs, training);
    training.fit.log = &std::cout;
    outlive_readers();
    const StopOnSignal signal;
    training.fit.callbacks.push_back({.stop = [&] { return signal.received(); }});
    const BottleneckResult result = bottleneck(train, dev, test, options->bottleneck);
    show_result(result, options->report);
    const std::string ended = std::to_string(result.runs.size()) + " of " + std::to_string(2 * options->bottleneck.seeds);
    require<Stopped>(!result.stopped, "stopped after ", ended, " runs; ",
                     options->model.empty() ? "with --model it could be resumed" : "the same command with --resume continues");
    each_run(*options, 0, [](const TrainingCheckpointFiles& files) { files.tidy(true); });
  });
}

}  // namespace weft::programs
