// classify evaluate.
#include <weft/models/classify.h>
#include <weft/models/programs/classify_command.h>

#include <memory>

namespace weft::programs {

void add_evaluate(CLI::App& app) {
  struct Options {
    std::string model, test;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("evaluate", "Score a classifier on labelled texts");
  command->add_option("--model", options->model, "file from train")->required();
  command->add_option("--test", options->test, "labelled texts: label<TAB>text, one a line")->required();
  add_threads(command);
  command->callback([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    ClassifierScores scores =
        classifier.evaluate(read_labelled(options->test, {classifier.labels().begin(), classifier.labels().end()}));
    print_result("accuracy", 100 * scores.accuracy, 2);
    print_result("macro_f1", 100 * scores.macro_f1, 2);
    print_result("loss", scores.loss, 4);
  });
}

}  // namespace weft::programs
