// classify compare.
#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/data/label.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/io/place.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/classify/comparison_output.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/environment.h>

#include <iostream>
#include <memory>
#include <set>

namespace weft::programs {

namespace {

struct CompareOptions {
  Paths train, dev;
  std::string data;
  text::FileOptions files;
  TokenizerArguments tokenizer = {.options = {.split_unspaced = true}};
  ComparisonOptions comparison = {.base = recommended_classifier_training()};
  ReportOption report;
};

// Throws FormatError for a dev text whose label occurs in no training text, as `classify train` does.
void check_dev_labels(const text::LabelledSource& dev, const std::vector<text::LabelledText>& train, text::Normalization form) {
  std::set<std::string> known;
  for (const text::LabelledText& example : train) known.insert(text::clean_label(example.label, form));
  auto check_one = [&](const text::LabelledText& example, const std::string& place) {
    const bool is_known = known.contains(text::clean_label(example.label, form));
    require<FormatError>(is_known, place, ": the label ", text::Excerpt{example.label}, " is not in the training data");
    return is_known;
  };
  text::map_examples(dev, check_one, [](bool) {});
}

// Returns the command `classify train` with the options of compare for data, text and training, and the advised options.
std::string advised_command(const Command& command, const ClassifierCandidate& candidate) {
  std::vector<std::string> words{"classify", "train"};
  for (const Option& option : command.options()) {
    const std::string& name = option.name();
    const bool running = option.group() == kRunGroup;
    if (!option.is_given() || (running && name != "--threads") || name == "--help" || name.starts_with("--most-")) continue;
    if (option.is_flag()) {
      words.push_back(option.is_on() ? name : name + "=false");
      continue;
    }
    words.push_back(name);
    words.insert(words.end(), option.given().begin(), option.given().end());
  }
  for (const auto& [name, value] : candidate.options) words.insert(words.end(), {name, value});
  words.insert(words.end(), {"--model", "classifier.weft"});
  return report::command_line(words);
}

}  // namespace

void add_compare(Command& program) {
  auto options = std::make_shared<CompareOptions>();
  ClassifierTraining& base = options->comparison.base;
  Command& command = program.subcommand("compare", "Compare settings of the classifier and recommend one for the data");
  command.option("--train", &options->train, kLabelledFile).reads_file().group(kDataGroup);
  add_data(command, options->data, "--train");
  command
      .option("--dev", &options->dev,
              "labelled texts: one half gives the scores while the other chooses the epoch, and vice versa; with fewer than 200, "
              "fifths of the training texts give the scores")
      .reads_file()
      .group(kDataGroup);
  add_labelled_options(command, options->files);
  add_tokenizer_options(command, options->tokenizer, 1);
  command.option("--most-texts", &options->comparison.most_texts, "draw at most this many of the training texts; 0: all")
      .range(0, kMany);
  command
      .option("--most-words", &options->comparison.most_words,
              "draw training texts until they have this many words together; 0: all")
      .range(0, kMany);
  for (OptionField field : base.fields()) {
    if (field.name != "embedding_dim" && field.name != "max_length") continue;
    field.range = at_least(1);
    field.help = field.name == "max_length" ? "maximum number of tokens of a text; the rest is ignored" : "embedding dimension";
    command.option(field);
  }
  command.option("--seed", &base.fit.seed, "random seed of the splits, initial weights, data order and dropout")
      .range(0, kLargestSeed);
  add_updates(command, base.fit);
  add_monitor(command, base.fit, {"accuracy", "macro_f1"},
              "accuracy, or macro_f1, the mean F1 of the labels; also the score by which settings are compared");
  add_threads(command);
  add_report_alone(command, options->report, "a chart of the scores with their spread");
  command.action([options, &command] {
    ComparisonOptions& comparison = options->comparison;
    if (!options->data.empty() && options->dev.empty()) check_no_file_options(options->files);
    options->tokenizer.validate();
    const auto train = labelled_source("--train", options->train, options->data, text::DataPart::train, options->files);
    check_labels(train, options->train, options->files);
    comparison.base.tokenizer = classifier_tokenizer(options->tokenizer, train);
    comparison.on_plan = say_plan;
    const std::vector<text::LabelledText> train_texts = text::read_all(train);
    std::vector<text::LabelledText> dev_texts;
    if (!options->dev.empty()) {
      const auto dev = labelled_files(options->dev, options->files);
      check_dev_labels(dev, train_texts, options->tokenizer.options.normalization);
      dev_texts = text::read_all(dev);
    }
    const ClassifierComparison result = compare_classifiers(train_texts, dev_texts, comparison);
    const std::string score = "dev " + comparison.base.fit.monitor;
    print_table(result, score);
    const std::string run = advised_command(command, result.candidates[result.advised].candidate);
    std::cout << '\n' << advice(result) << "\n\n    " << run << '\n';
    if (options->report.wanted()) write_comparison_report(options->report, result, score, run);
  });
}

}  // namespace weft::programs
