// classify evaluate.
#include <weft/models/classifier/classify.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/report/classifier_report.h>
#include <weft/models/report/confusion_tables.h>

#include <iostream>
#include <memory>

namespace weft::programs {

void add_evaluate(Command& program) {
  struct Options {
    std::string model, data;
    Paths test;
    text::FileOptions files;
    std::int64_t top_k = 1;
    bool confusion = false;
    ReportOption report;
  };
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand("evaluate", "Score a classifier on labelled texts");
  command.option("--model", &options->model, "file from train").reads_file(Input::model).required();
  command.option("--test", &options->test, kLabelledFile).reads_file();
  add_data(command, options->data, "--test");
  add_labelled_options(command, options->files);
  command.option("--top-k", &options->top_k, "above 1: also the share of texts whose label is among this many most likely ones")
      .range(1, kMany);
  command.flag("--confusion", &options->confusion, "print the table of true labels by predicted labels");
  add_report(command, options->report, "scores, confusion matrix, texts with their words coloured by attention");
  add_threads(command);
  command.action([options] {
    if (!options->data.empty()) check_no_file_options(options->files);
    TextClassifier classifier = TextClassifier::load(options->model);
    const auto test = labelled_source("--test", options->test, options->data, text::DataPart::test, options->files);
    ClassifierScores scores = classifier.evaluate(test, options->top_k);
    print_result("accuracy", 100 * scores.accuracy, 2);
    print_result("macro_f1", 100 * scores.macro_f1, 2);
    print_result("loss", scores.loss, 4);
    if (options->top_k > 1) print_result("top" + std::to_string(options->top_k) + "_accuracy", 100 * scores.top_k_accuracy, 2);
    std::cout << '\n' << report::scores_table(scores.confusion);
    if (options->confusion || options->report.picture)
      std::cout << '\n' << report::terminal_picture(scores.confusion, output_style());
    if (!options->report.picture && !options->report.wanted()) return;
    report::Report report = begin_report(options->report);
    report::add_evaluation(report, classifier, text::read_all(test), scores);
    if (options->report.wanted()) report::write_report(options->report.path, report);
    constexpr std::size_t kMostTexts = 6;
    for (std::size_t i = 0; options->report.picture && i < std::min(kMostTexts, report.attended.size()); ++i)
      std::cout << '\n' << report::terminal_picture(report.attended[i], output_style());
  });
}

}  // namespace weft::programs
