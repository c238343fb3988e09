// classify predict.
#include <weft/models/classify.h>
#include <weft/models/programs/classify_command.h>

#include <cstdio>
#include <memory>

namespace weft::programs {

namespace {

void print(const Prediction& prediction, bool attention) {
  std::printf("%s\t%.4f", prediction.label.c_str(), prediction.probability);
  for (std::size_t i = 0; attention && i < prediction.words.size(); ++i)
    std::printf("%c%s:%.3f", i ? ' ' : '\t', prediction.words[i].c_str(), prediction.weights[i]);
  std::printf("\n");
}

}  // namespace

void add_predict(CLI::App& app) {
  struct Options {
    std::string model;
    bool attention = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("predict", "Label the texts on standard input, one a line: label<TAB>probability");
  command->add_option("--model", options->model, "file from train")->required();
  command->add_flag("--attention", options->attention, "print what each word weighs too");
  add_threads(command);
  command->callback([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    const auto lines = open_lines("-");
    for (std::string_view line; lines->next(line);) {
      const std::string text(line);
      print(classifier.predict({&text, 1}).front(), options->attention);
      flush_output();  // who waits for this line's answer before the next line gets it
    }
  });
}

}  // namespace weft::programs
