// classify predict.
#include <weft/models/classifier/classify.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/one_line.h>
#include <weft/models/programs/classify/command.h>
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/input_lines.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <numeric>

namespace weft::programs {

namespace {

struct Options {
  std::string model, input = "-";
  text::FileOptions files;
  std::int64_t top_k = 1;
  bool attention = false;
};

// Returns the `count` most likely labels in falling order of probability.
std::vector<std::size_t> best_of(const std::vector<double>& probabilities, std::int64_t count) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t kept = std::min(order.size(), static_cast<std::size_t>(count));
  auto likelier = [&](std::size_t a, std::size_t b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), likelier);
  order.resize(kept);
  return order;
}

// Prints the most likely labels with their probabilities, and the weights of the words.
void print(const Prediction& prediction, const std::vector<std::string>& labels, const Options& options) {
  std::string line;
  auto add = [&](const char* before, const std::string& name, char behind, double value, int digits) {
    line += before + name + behind + text::fixed(value, digits);
  };
  add("", text::one_line(prediction.label), '\t', prediction.probability, 4);
  for (std::size_t i : best_of(prediction.probabilities, options.top_k))
    if (labels[i] != prediction.label) add("\t", text::one_line(labels[i]), '\t', prediction.probabilities[i], 4);
  for (std::size_t i = 0; options.attention && i < prediction.words.size(); ++i)
    add(i ? " " : "\t", text::one_word(prediction.words[i]), ':', prediction.weights[i], 3);
  std::cout << line << '\n';
}

// Calls `visit` with each text: with each line as soon as it is read, or with the chosen columns of each row of a table.
void each_text(const Options& options, const std::function<void(const std::string&)>& visit) {
  const text::FileOptions& files = options.files;
  if (!files.format && !text::names_a_format(options.input) && files.columns.empty() && files.header == text::Header::automatic) {
    const auto lines = open_lines(options.input);
    for (std::string_view line; lines->next(line);) visit(std::string(line));
    return;
  }
  const auto source = text::text_file(options.input, files);
  const auto reader = source->open();
  for (std::string text; reader->next(text);) visit(text);
}

}  // namespace

void add_predict(Command& program) {
  auto options = std::make_shared<Options>();
  Command& command = program.subcommand("predict", "Label texts, and print label<TAB>probability for each");
  command.option("--model", &options->model, "file from train").reads_file(Input::model).required();
  command
      .option("--input", &options->input,
              "texts to label, one a line, or .csv, .tsv or .jsonl with a column called text or the "
              "--columns; also .gz; -: standard input")
      .reads_file(Input::maybe_empty);
  add_file_options(command, options->files, {"auto", "tsv", "csv", "jsonl"}, "title,body", "all");
  command.option("--top-k", &options->top_k, "above 1: also the next most likely labels and their probabilities").range(1, kMany);
  command.flag("--attention", &options->attention, "also print the weight of each word");
  add_threads(command);
  command.action([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    each_text(*options, [&](const std::string& text) {
      print(classifier.predict({&text, 1}).front(), classifier.labels(), *options);
      flush_output();  // the user may wait for this answer before typing the next line
    });
  });
}

}  // namespace weft::programs
