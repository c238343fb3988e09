// The defaults of classify train for data of any size, and what the log says about them.
#include <weft/models/classifier/classify.h>

#include <filesystem>

#include "tests/models/programs/classify_files.h"

using namespace weft;
using namespace weft::test;

namespace {

// Returns the lines that begin with `begin`.
std::vector<std::string> lines_with(const std::string& text, const std::string& beginning) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(text))
    if (line.starts_with(beginning)) found.push_back(line);
  return found;
}

std::size_t epochs_of(const Run& run) { return lines_with(run.out, "epoch ").size(); }

}  // namespace

TEST_CASE("classify: without dev texts, all of a few texts are trained on for the number of epochs that cross-validation chose") {
  Files files;
  const std::string command =
      "train --train " + files.train + " --model " + files.model + " --embedding-dim 8 --learning-rate 3e-2 --min-updates 0 ";
  const Run run = classify(command + "--patience 2");
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  const auto folds = lines_with(run.out, "cross-validation 5 folds of 60 texts: ");
  REQUIRE(folds.size() == 1);
  CHECK(folds[0].find(" tried are best") != std::string::npos);
  const auto best = static_cast<std::size_t>(std::stoi(folds[0].substr(folds[0].find(": ") + 2)));
  const std::string last = lines_of(run.out).back();
  CHECK(last.starts_with("chosen by cross-validation on 300 texts: dev_loss "));
  CHECK(last.find(" +- ") != std::string::npos);
  CHECK(epochs_of(run) == best);
  CHECK(lines_of(run.out)[1] == "texts 300, dev texts 0, labels 8");
  CHECK(run.out.find("kept epoch") == std::string::npos);
  const std::string model = read_file(files.model);
  CHECK(classify(command + "--patience 2 --threads 2").out.find(folds[0]) == 0);
  CHECK(read_file(files.model) == model);

  // The model is the same as one trained for that number of epochs without dev texts.
  ClassifierTraining options = recommended_classifier_training();
  options.embedding_dim = 8;
  options.learning_rate = 3e-2;
  options.fit.progress = false;
  options.fit.epochs = static_cast<int>(best);
  options.fit.min_updates = 0;
  options.fit.patience = 2;
  std::vector<std::size_t> held_out;
  options.on_fold = [&](TextClassifier& fold, const text::LabelledSource& texts) {
    held_out.push_back(read_all(texts).size());
    CHECK(fold.labels().size() == 8);
  };
  std::size_t pooled_epochs = 0;
  options.on_cross_validated = [&](const History& all) { pooled_epochs = all.size(); };
  TextClassifier again = TextClassifier::train(text::read_labelled(files.train), {}, options);
  CHECK(held_out == std::vector<std::size_t>(5, 60));
  CHECK(pooled_epochs == best);
  const auto texts = text::read_labelled(files.test);
  CHECK(again.evaluate(texts).loss == TextClassifier::load(files.model).evaluate(texts).loss);
}

TEST_CASE("classify: a resumed training with cross-validation ends with the same model") {
  Files files;
  const std::string command =
      "train --train " + files.train + " --embedding-dim 8 --learning-rate 3e-2 --epochs 4 --keep-checkpoints 9 --model ";
  const std::string other = files.folder / "other";
  REQUIRE(classify(command + files.model + " --checkpoint-every 7u").code == 0);
  REQUIRE(classify(command + other + " --checkpoint-every 7u").code == 0);
  REQUIRE(std::filesystem::remove(other));
  const Run resumed = classify(command + other + " --checkpoint-every 7u --resume");
  REQUIRE(resumed.code == 0);
  CHECK(epochs_of(resumed) == 1);  // the newest checkpoint was written in the last epoch
  CHECK(read_file(other) == read_file(files.model));
}

TEST_CASE("classify: training ends when the dev score stops rising, but not before --min-updates") {
  Files files;
  auto epochs = [&](const std::string& patience, const std::string& updates) {
    const Run run = classify(
        files.training({{"--epochs", "60"}, {"--learning-rate", "3e-2"}, {"--patience", patience}, {"--min-updates", updates}}));
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return epochs_of(run);
  };
  const std::size_t early = epochs("1", "0"), late = epochs("1", "760");  // an epoch has 19 updates
  CHECK(early < 30);
  CHECK(late >= 40);
  CHECK(late < 60);
  check_refused(classify(files.training({{"--min-updates", "-1"}})), "--min-updates");
}

TEST_CASE("classify: the loss chooses the epoch if there are few dev texts, otherwise the accuracy") {
  Files files;
  const auto texts = text::generate_labelled(100, 7);
  const text::MemorySource many(texts);
  const std::vector<text::LabelledText> part(texts.begin(), texts.begin() + 99);
  const text::MemorySource few(part);
  CHECK(recommended_monitor(&many) == "accuracy");
  CHECK(recommended_monitor(&few) == "loss");
  CHECK(recommended_monitor(nullptr) == "accuracy");
  auto model = [&](const std::map<std::string, std::string>& options) {
    REQUIRE(classify(files.training(options)).code == 0);
    return TextClassifier::load(files.model).evaluate(text::read_labelled(files.test)).loss;
  };
  const std::map<std::string, std::string> longer{
      {"--epochs", "40"}, {"--learning-rate", "3e-2"}, {"--patience", "0"}, {"--seed", "1"}};
  auto with = [&](const std::string& monitor) {
    auto options = longer;
    options["--monitor"] = monitor;
    return options;
  };
  const double by_auto = model(longer), by_loss = model(with("loss")), by_accuracy = model(with("accuracy"));
  CHECK(by_auto == by_loss);
  CHECK(by_auto != by_accuracy);
}

TEST_CASE("classify: cut texts and unknown words are reported") {
  Files files;
  Run run = classify(files.training({{"--max-length", "5"}}));
  REQUIRE(run.code == 0);
  const auto cut = lines_with(run.out, "max_length 5 cuts ");
  REQUIRE(cut.size() == 1);
  CHECK(cut[0].find(" of 300 texts; the longest has ") != std::string::npos);
  run = classify(files.training({{"--vocab-size", "52"}}));
  REQUIRE(run.code == 0);
  const auto lacks = lines_with(run.out, "vocabulary 52 lacks ");
  REQUIRE(lacks.size() == 1);
  CHECK(lacks[0].ends_with(" of the training texts: a larger one would know them"));
  run = classify(files.training({{"--vocab-size", "0"}, {"--epochs", "0"}}));
  REQUIRE(run.code == 0);
  CHECK(lines_with(run.out, "vocabulary ").empty());
  CHECK(lines_with(run.out, "max_length ").empty());
}

TEST_CASE("classify: long texts are read without pairs of words") {
  Files files;
  std::string text;
  for (int i = 0; i < 101; ++i) text += "w" + std::to_string(i % 7) + " ";
  write_file(files.train, "a\t" + text + "one\nb\t" + text + "two\na\t" + text + "one\nb\t" + text + "two\n");
  Run run = classify(files.training({{"--dev", files.train}, {"--vocab-size", "0"}}));
  REQUIRE(run.code == 0);
  CHECK(lines_with(run.out, "ngrams ").empty());
  run = classify(files.training({{"--dev", files.train}, {"--vocab-size", "0"}, {"--ngrams", "2"}}));
  CHECK(lines_with(run.out, "ngrams 2: neighbouring words are tokens too; texts have 102.0 words on average").size() == 1);
}

TEST_CASE("classify: scripts without spaces are read by character, and the log says so") {
  Files files;
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += i % 2 ? "天\t今天天气很好iPhone 下雨\n" : "菜\t我们吃面条iPhone 和米饭\n";
  write_file(files.train, lines);
  Run run = classify(files.training({{"--dev", files.train}, {"--vocab-size", "0"}}));
  CAPTURE(run.error);
  REQUIRE(run.code == 0);
  const auto said = lines_with(run.out, "57.14 % of the letters are of scripts without spaces, which are read by character");
  CHECK(said.size() == 1);
  const Prediction predicted = TextClassifier::load(files.model).predict(std::vector<std::string>{"今天iPhone 下"}).front();
  CHECK(predicted.words == std::vector<std::string>{"今", "天", "iphone", "下"});
  run = classify(files.training({{"--dev", files.train}, {"--vocab-size", "0"}}) + " --keep-unspaced");
  REQUIRE(run.code == 0);
  CHECK(run.out.find("whose runs count as words: read them by character") != std::string::npos);
  CHECK(TextClassifier::load(files.model).predict(std::vector<std::string>{"今天iPhone 下"}).front().words ==
        std::vector<std::string>{"今天iphone", "下"});
}

TEST_CASE("classify: scores that mean little are marked") {
  Files files;
  auto train = [&](const std::string& lines, const std::string& more = "") {
    write_file(files.train, lines);
    const Run run = classify("train --embedding-dim 4 --model " + files.model + " --train " + files.train + more);
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return run.out;
  };
  std::string same, most;
  for (int i = 0; i < 60; ++i) same += i % 2 ? "a\tsome words\n" : "b\tsome words\n";
  for (int i = 0; i < 60; ++i) most += i % 10 ? "often\tw" + std::to_string(i) + "\n" : "seldom\tw" + std::to_string(i) + "\n";
  // The folds are stratified, so that a constant answer is right for exactly half of the texts.
  const std::string last = lines_of(train(same)).back();
  CHECK(
      last.find("  dev_accuracy 50.00 +- 6.40, no better than always answering a, the label of 50.00 % of the training texts") !=
      std::string::npos);
  CHECK(
      lines_with(train(most), "90.00 % of the texts have the label often; the monitor macro_f1 gives all labels the same weight")
          .size() == 1);

  const std::string two = train("a\tone word\nb\tother words\n", " --dropout 0");
  CHECK(lines_of(two)[0] == "no cross-validation: each label has only one text");
  CHECK(lines_with(two, "epoch ").size() == 100);
  CHECK(lines_of(two).back().find("  accuracy 100.00  ") != std::string::npos);

  const std::string report = files.folder / "report.html";
  train("a\tone word\nb\tother words\n", " --report " + report);
  CHECK(read_file(report).find("No texts could be held out: there are only learning curves.") != std::string::npos);
  CHECK(read_file(report).find("Confusion matrix") == std::string::npos);

  const std::string own = train(same, " --dev " + files.train);
  CHECK(lines_of(own)[0] == "dev texts are the training texts: their scores say nothing about other texts");
}
