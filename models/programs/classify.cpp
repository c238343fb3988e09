// classify: trains, evaluates and runs a text classifier.
#include <weft/models/classify.h>
#include <weft/models/model_file.h>
#include <weft/models/programs/command_line.h>
#include <weft/models/training/progress.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace {

using namespace weft;

std::vector<text::LabelledText> read(const std::string& path) {
  text::BadBytesReport report;
  auto texts = text::read_labelled(path, &report);
  for (const auto& bad : report) std::cerr << text::to_string(bad) << '\n';
  return texts;
}

// The same, with labels that training knows.
std::vector<text::LabelledText> read(const std::string& path, const std::set<std::string>& known) {
  auto texts = read(path);
  for (std::size_t i = 0; i < texts.size(); ++i)
    require<FormatError>(known.contains(texts[i].label), path, ":", i + 1, ": the label \"", texts[i].label,
                         "\" is not in the training data");
  return texts;
}

void add_train(CLI::App& app) {
  struct Options {
    std::string train, dev, model, attention = "self";
    ClassifierTraining training;
  };
  auto options = std::make_shared<Options>();
  ClassifierTraining& training = options->training;
  CLI::App* command = app.add_subcommand("train", "Train a classifier on labelled texts");
  command->add_option("--train", options->train, "labelled texts: label<TAB>text, one a line")->required();
  command->add_option("--dev", options->dev,
                      "labelled texts that choose the best epoch; without them 5 % of the training texts do");
  command->add_option("--model", options->model, "file to write the model to")->required();
  command
      ->add_option("--attention", options->attention,
                   "self: dot-product self-attention, then the mean; pooling: one learnt weight per word")
      ->check(CLI::IsMember({"self", "pooling"}))
      ->capture_default_str();
  using programs::add_whole_number, programs::kMany;
  add_whole_number(command, "--vocab-size", training.vocabulary_size, 2, programs::kMostRows,
                   "rows of the embedding, specials included");
  add_whole_number(command, "--embedding-dim", training.embedding_dim, 1, programs::kMostNumbers, "numbers per word");
  add_whole_number(command, "--epochs", training.epochs, 0, kMany, "passes over the training texts");
  add_whole_number(command, "--batch-size", training.batch_size, 1, kMany, "texts per step");
  command->add_option("--learning-rate", training.learning_rate, "Adam's step size")->capture_default_str();
  command->add_option("--dropout", training.dropout, "share of embeddings and of the text's vector that training hides")
      ->capture_default_str();
  add_whole_number(command, "--max-length", training.max_length, 1, kMany, "words of a text that are read");
  add_whole_number(command, "--seed", training.seed, 0, programs::kLargestSeed, "of initial weights, order and dropout");
  programs::add_threads(command);
  command->callback([options] {
    options->training.attention = classifier_attention_from_string(options->attention);
    options->training.log = &std::cout;
    check_writable(options->model, {options->train, options->dev});
    std::vector<text::LabelledText> train = read(options->train), dev;
    std::set<std::string> known;
    for (const auto& example : train) known.insert(example.label);
    if (!options->dev.empty()) dev = read(options->dev, known);
    TextClassifier::train(train, dev, options->training).save(options->model);
  });
}

void add_evaluate(CLI::App& app) {
  struct Options {
    std::string model, test;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("evaluate", "Score a classifier on labelled texts");
  command->add_option("--model", options->model, "file from train")->required();
  command->add_option("--test", options->test, "labelled texts: label<TAB>text, one a line")->required();
  programs::add_threads(command);
  command->callback([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    ClassifierScores scores = classifier.evaluate(read(options->test, {classifier.labels().begin(), classifier.labels().end()}));
    programs::print_result("accuracy", 100 * scores.accuracy, 2);
    programs::print_result("macro_f1", 100 * scores.macro_f1, 2);
    programs::print_result("loss", scores.loss, 4);
  });
}

void add_predict(CLI::App& app) {
  struct Options {
    std::string model;
    bool attention = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("predict", "Label the texts on standard input, one a line: label<TAB>probability");
  command->add_option("--model", options->model, "file from train")->required();
  command->add_flag("--attention", options->attention, "print what each word weighs too");
  programs::add_threads(command);
  command->callback([options] {
    TextClassifier classifier = TextClassifier::load(options->model);
    std::vector<std::string> lines = text::read_lines(std::cin, "standard input");
    for (const Prediction& prediction : classifier.predict(lines)) {
      std::printf("%s\t%.4f", prediction.label.c_str(), prediction.probability);
      for (std::size_t i = 0; options->attention && i < prediction.words.size(); ++i)
        std::printf("%c%s:%.3f", i ? ' ' : '\t', prediction.words[i].c_str(), prediction.weights[i]);
      std::printf("\n");
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Text classification with attention", "classify");
  add_train(app);
  add_evaluate(app);
  add_predict(app);
  return weft::programs::run(app, argc, argv);
}
