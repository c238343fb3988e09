// classify predict.
#include <weft/models/classify.h>
#include <weft/models/programs/classify_command.h>

#include <algorithm>
#include <cstdio>
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

// The likeliest label and its probability, then those of the next ones, and the words' weights.
void print(const Prediction& prediction, const std::vector<std::string>& labels, const Options& options) {
  std::printf("%s\t%.4f", prediction.label.c_str(), prediction.probability);
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return prediction.probabilities[a] > prediction.probabilities[b]; });
  for (std::size_t i = 1; i < std::min(order.size(), static_cast<std::size_t>(options.top_k)); ++i)
    std::printf("\t%s\t%.4f", labels[order[i]].c_str(), prediction.probabilities[order[i]]);
  for (std::size_t i = 0; options.attention && i < prediction.words.size(); ++i)
    std::printf("%c%s:%.3f", i ? ' ' : '\t', prediction.words[i].c_str(), prediction.weights[i]);
  std::printf("\n");
}

// Calls `visit` with each text: each line as it comes, or what the options take out of a table's rows.
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

void add_predict(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("predict", "Label texts: label<TAB>probability for each");
  command->add_option("--model", options->model, "file from train")->required();
  command
      ->add_option("--input", options->input,
                   "texts to label, one a line, or .csv, .tsv or .jsonl with a column called text or the --columns; also .gz; "
                   "-: standard input")
      ->type_name("FILE")
      ->capture_default_str();
  add_file_options(command, options->files, {"auto", "tsv", "csv", "jsonl"}, "title,body", "all");
  add_whole_number(command, "--top-k", options->top_k, 1, kMany, "above 1: also the next likely labels and their probabilities");
  command->add_flag("--attention", options->attention, "print what each word weighs too");
  add_threads(command);
  command->callback([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    each_text(*options, [&](const std::string& text) {
      print(classifier.predict({&text, 1}).front(), classifier.labels(), *options);
      flush_output();  // who waits for this line's answer before the next line gets it
    });
  });
}

}  // namespace weft::programs
