// classify train.
#include <weft/models/classifier/classify.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/classify/training_report.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/learning_curves.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

namespace weft::programs {

namespace {

struct TrainOptions {
  Paths train, dev;
  std::string data;
  std::optional<TermWeights> term_weights;  // if unset, the attention decides
  text::FileOptions files;
  TokenizerArguments tokenizer = {.options = {.split_unspaced = true}};
  ClassifierTraining training = recommended_classifier_training();
  TrainingRun run;
  ReportOption report;
};

bool share_a_file(const Paths& some, const Paths& others) {
  std::error_code absent;  // for a path that is not a file, such as standard input
  for (const std::string& one : some)
    for (const std::string& other : others)
      if (std::filesystem::equivalent(one, other, absent)) return true;
  return false;
}

}  // namespace

void add_train(Command& program) {
  auto options = std::make_shared<TrainOptions>();
  ClassifierTraining& training = options->training;
  Command& command = program.subcommand("train", "Train a classifier on labelled texts");
  command.option("--train", &options->train, kLabelledFile).reads_file().group(kDataGroup);
  add_data(command, options->data, "--train");
  command
      .option("--dev", &options->dev,
              "labelled texts for choosing the best epoch; without them, some of the training texts are used")
      .reads_file()
      .group(kDataGroup);
  add_labelled_options(command, options->files);
  add_tokenizer_options(command, options->tokenizer, 1);
  const OptionField term_weights{.name = "term_weights",
                                 .value = named_option(options->term_weights, kTermWeightsNames),
                                 .help =
                                     "weights of the words in a bag-of-words: binary: all equal; tfidf: larger for words that "
                                     "few texts contain; auto: tfidf for a bag-of-words"};
  for (const OptionField& field : training.fields()) {
    command.option(field);
    if (field.name != "attention") continue;
    command.option(term_weights);
    add_word_files(command, training.words);
  }
  command.option("--seed", &training.fit.seed, "random seed of initial weights, data order and dropout").range(0, kLargestSeed);
  add_updates(command, training.fit);
  training.fit.monitor = "auto";
  add_monitor(
      command, training.fit, {"auto", "accuracy", "loss", "macro_f1"},
      "accuracy, loss, or macro_f1, the mean F1 of the labels; auto: accuracy, or loss if --dev has fewer than 100 texts");
  add_run(command, training.fit, options->run);
  add_data_memory(command, training.data_memory);
  add_report(command, options->report, "learning curves, and the results of the best epoch on the dev texts");
  command.action([options, &command] {
    ClassifierTraining& training = options->training;
    const bool bag = training.attention == ClassifierAttention::bag_of_words;
    training.term_weights = options->term_weights.value_or(bag ? TermWeights::tfidf : training.term_weights);
    training.model_path = options->run.model;
    if (!training.words.vectors.empty()) take_dim_from_vectors(command, training.embedding_dim);
    check_vocabulary_options(command, {"--vocab-size"});
    if (!options->data.empty() && options->dev.empty()) check_no_file_options(options->files);
    options->tokenizer.validate();
    prepare_ranks(training.fit, options->run);
    training.config = prepare_run(command, training.fit, options->run);
    const Observed observed = observe(training, options->report.wanted());
    const auto train = labelled_source("--train", options->train, options->data, text::DataPart::train, options->files);
    const auto dev = options->dev.empty() ? std::nullopt : std::optional(labelled_files(options->dev, options->files));
    if (share_a_file(options->train, options->dev))
      std::cout << "dev texts are the training texts: their scores say nothing about other texts" << std::endl;
    if (training.fit.monitor == "auto") training.fit.monitor = recommended_monitor(dev ? &*dev : nullptr);
    on_first_rank(training.fit.communicator, [&] { check_labels(train, options->train, options->files); });
    training.tokenizer = classifier_tokenizer(
        options->tokenizer, train, reading_progress(training.fit.progress, "counting words", "texts"), training.fit.communicator);
    auto save_codes = [&own = *options](const History&) { own.tokenizer.save_codes(0, own.training.tokenizer); };
    training.fit.callbacks.push_back({.on_start = save_codes});
    std::optional<TextClassifier> classifier;
    run_stoppable(training.fit, [&] { classifier.emplace(TextClassifier::train(train, dev ? &*dev : nullptr, training)); });
    if (!is_first_rank(training.fit.communicator)) return;
    if (options->report.picture) print_curves(observed.curves(training.fit.monitor));
    if (!options->report.wanted()) return;
    auto read_dev = [&] { return dev ? read_all(*dev) : read_held_out(train, training.fit.seed); };
    write_training_report(options->report, observed, training.fit.monitor, *classifier, read_dev);
  });
}

}  // namespace weft::programs
