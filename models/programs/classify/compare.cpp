// classify compare.
#include <weft/models/charts/text_width.h>
#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/data/label.h>
#include <weft/models/data/label_check.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/place.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/programs/command_line/tokenizer_options.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/report/environment.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <set>

namespace weft::programs {

namespace {

struct CompareOptions {
  std::string train, dev, data;
  text::FileOptions files;
  TokenizerArguments tokenizer = {.options = {.split_unspaced = true}};
  ComparisonOptions comparison = {.base = recommended_classifier_training()};
  ReportOption report;
};

std::string percent(double share) { return text::fixed(100 * share, 2); }

std::string spread(const CandidateScores& scores) {
  return std::isnan(scores.deviation()) ? "" : " ± " + percent(scores.deviation());
}

std::string runs(std::size_t count) { return std::to_string(count) + (count == 1 ? " run" : " runs"); }

void say_plan(const ComparisonPlan& plan) {
  std::cout << "texts " << plan.texts << "; in each run " << plan.scoring_texts
            << (plan.has_dev ? " dev texts give the score and the others choose the epoch\n"
                             : " of them are held out for the score\n")
            << plan.trainings() << " trainings: " << runs(plan.first_runs) << " of " << ComparisonPlan::kReadings
            << " ways to read a text and " << ComparisonPlan::kVariants << " variants of the two best, then "
            << runs(plan.runs - plan.first_runs) << " more of the " << ComparisonPlan::kFinalists << " best\n"
            << std::endl;
}

// The options' names end the lines, for they are of any length.
void print_table(const ClassifierComparison& result, const std::string& score) {
  std::cout << report::pad_left(score, 14) << "  seconds  runs  options of classify train\n";
  for (std::size_t i = 0; i < result.candidates.size(); ++i) {
    const CandidateScores& each = result.candidates[i];
    std::cout << report::pad_left(percent(result.estimate(i)), 6) << report::pad_right(spread(each), 8)
              << report::pad_left(text::fixed(each.seconds(), 1), 9) << report::pad_left(std::to_string(each.scores.size()), 6)
              << "  " << each.candidate.name() << '\n';
  }
}

std::string advice(const ClassifierComparison& result) {
  const std::string fewer = " Scores of fewer runs are corrected by how hard the texts of these were for the best.";
  std::size_t close = 0;
  for (std::size_t i = 1; i < result.finalists; ++i) close += result.within_noise(i);
  const std::string error = text::fixed(100 * result.standard_error, 2) + " points, a standard error of their difference";
  if (close == 0) return "The best is ahead of the others by more than " + error + "." + fewer;
  const std::string others = close == 1 ? "One other setting is" : std::to_string(close) + " other settings are";
  return others + " within the noise of the best: " + error + ". " +
         (result.advised == 0 ? "The best is the simplest of them." : "The simplest of them is advised.") + fewer;
}

// Throws FormatError for a dev text whose label no training text has: `classify train` would refuse it too.
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

// `classify train` with what compare was told of data, text and training, and the advised options.
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

void write_comparison_report(const ReportOption& option, const ClassifierComparison& result, const std::string& score,
                             const std::string& run) {
  report::Report report = begin_report(option);
  const std::string file = file_names(*option.command, "--train");
  report.title = "classify compare: " + (file.empty() ? file_names(*option.command, "--data") : file);
  report.summary = advice(result);
  report.results = {{"advised", result.candidates[result.advised].candidate.label()}, {"run", run}};
  report.notes = {runs(result.plan.runs) + ", in each of which " + std::to_string(result.plan.scoring_texts) +
                  " texts that training did not see give the score. Dots are runs and their mean, lines the standard deviation; "
                  "what lies in the band is within the noise of the best."};
  report::ScoreChart& chart = report.scores;
  chart.title = chart.score = score + ", %";
  chart.columns = {"runs", "seconds"};
  chart.marked = result.advised;
  chart.mark = "advised";
  chart.noise = 100 * result.standard_error;
  for (std::size_t i = 0; i < result.candidates.size(); ++i) {
    const CandidateScores& each = result.candidates[i];
    std::vector<double> percents;
    for (double share : each.scores) percents.push_back(100 * (share + result.estimate(i) - each.mean()));
    chart.rows.push_back({each.candidate.name(),
                          each.candidate.label(),
                          percents,
                          100 * result.estimate(i),
                          100 * each.deviation(),
                          {std::to_string(each.scores.size()), text::fixed(each.seconds(), 1)}});
  }
  report::write_report(option.path, report);
}

}  // namespace

void add_compare(Command& program) {
  auto options = std::make_shared<CompareOptions>();
  ClassifierTraining& base = options->comparison.base;
  Command& command = program.subcommand("compare", "Try ways to read texts, and say which suits the data");
  command.option("--train", &options->train, kLabelledFile).reads_file().group(kDataGroup);
  add_data(command, options->data, "--train");
  command
      .option("--dev", &options->dev,
              "labelled texts, of which a half scores while the other chooses the epoch, by turns; without "
              "200 of them fifths of the training texts score")
      .reads_file()
      .group(kDataGroup);
  add_labelled_options(command, options->files);
  add_tokenizer_options(command, options->tokenizer, 1);
  command.option("--most-texts", &options->comparison.most_texts, "of more training texts so many are drawn; 0: all")
      .range(0, kMany);
  command
      .option("--most-words", &options->comparison.most_words,
              "of training texts with more words together as many as have so many are drawn; 0: all")
      .range(0, kMany);
  command.option("--embedding-dim", &base.embedding_dim, "numbers per word").range(1, kMostNumbers);
  command.option("--max-length", &base.max_length, "tokens of a text that are read").range(1, kMany);
  command.option("--seed", &base.fit.seed, "of the splits, initial weights, order and dropout").range(0, kLargestSeed);
  add_updates(command, base.fit);
  add_monitor(command, base.fit, {"accuracy", "macro_f1"},
              "accuracy, or macro_f1, the mean F1 of the labels; it is compared too");
  add_threads(command);
  add_report_alone(command, options->report, "the scores with their spread as a picture");
  command.action([options, &command] {
    ComparisonOptions& comparison = options->comparison;
    if (!options->data.empty() && options->dev.empty()) check_no_file_options(options->files);
    options->tokenizer.validate();
    const auto train = labelled_source("--train", options->train, options->data, text::DataPart::train, options->files);
    if (options->data.empty()) text::check_labels(*train, options->train, options->files);
    comparison.base.tokenizer = text::make_tokenizer(options->tokenizer.choice(0), [&](const text::Tokenizer& words) {
      return text::count_tokens(*train, [&](const text::LabelledText& example) { return words.tokens(example.text); });
    });
    comparison.on_plan = say_plan;
    const std::vector<text::LabelledText> train_texts = read_all(*train);
    std::vector<text::LabelledText> dev_texts;
    if (!options->dev.empty()) {
      const auto dev = text::labelled_file(options->dev, options->files);
      check_dev_labels(*dev, train_texts, options->tokenizer.options.normalization);
      dev_texts = read_all(*dev);
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
