#include <weft/models/experiments/bottleneck.h>

#include <doctest/doctest.h>

#include <sstream>

#include "tests/tensor/files/temporary_folder.h"

namespace weft {

namespace {

std::vector<text::TextPair> pairs() {
  std::vector<text::TextPair> all;
  const std::string words[] = {"a", "b", "c", "d"}, numbers[] = {"1", "2", "3", "4"};
  for (std::size_t i = 0; i < 64; ++i) {
    text::TextPair pair{words[i % 4], numbers[i % 4]};
    for (std::size_t n = 0; n < i % 5; ++n) {
      pair.source += " " + words[(i / 4 + n) % 4];
      pair.target += " " + numbers[(i / 4 + n) % 4];
    }
    all.push_back(pair);
  }
  return all;
}

BottleneckOptions small() {
  BottleneckOptions options;
  options.training.model.embedding_dim = 8;
  options.training.model.hidden = 12;
  options.training.model.input_feeding = true;
  options.training.fit.epochs = 2;
  options.training.fit.progress = false;
  options.seeds = 2;
  options.bounds = {2, 4};
  return options;
}

}  // namespace

TEST_CASE("bottleneck: there are two twins for each seed, with curves and a report") {
  BottleneckOptions options = small();
  std::ostringstream log;
  options.training.fit.log = &log;
  const BottleneckResult result = bottleneck(pairs(), pairs(), pairs(), options);
  REQUIRE(result.runs.size() == 4);
  CHECK(result.runs[0].attention);
  CHECK_FALSE(result.runs[1].attention);
  CHECK(result.runs[2].seed == 1);
  CHECK(result.runs[3].history.size() == 2);
  CHECK(result.attention_parameters != result.fixed_parameters);
  REQUIRE(result.curves.size() == 2);
  CHECK(result.curves[0].name == "with attention");
  CHECK(result.curves[0].buckets.size() == 3);
  const double mean = (result.runs[0].quality.buckets[1].quality + result.runs[2].quality.buckets[1].quality) / 2;
  CHECK(result.curves[0].buckets[1].quality == doctest::Approx(mean));
  CHECK(log.str().find("fixed vector, seed 1 (4/4)") != std::string::npos);

  report::Report report;
  report::add_bottleneck(report, result);
  CHECK(report.results.size() == 4);
  CHECK(report.results[2].second == std::to_string(result.attention_parameters));
  CHECK(report.curves.front().title == "loss");
  REQUIRE(report.curves.front().series.size() == 4);
  CHECK(report.curves.front().series[0].name.starts_with("with attention (best epoch "));
  CHECK(report.curves.front().series[0].name.ends_with("), training"));
  CHECK(report.curves.front().series[3].name.starts_with("fixed vector (best epoch "));
  CHECK(report.curves.front().series[3].name.ends_with("), dev"));
  CHECK(report::to_html(report).find("Quality by length") != std::string::npos);
}

TEST_CASE("bottleneck: each run can have its own model and callbacks") {
  test::TemporaryFolder folder;
  BottleneckOptions options = small();
  std::vector<std::string> runs;
  std::vector<int> epochs;
  options.before_run = [&](const std::string& run, TranslatorTraining& training) {
    runs.push_back(run);
    CHECK(training.model_path.empty());
    training.model_path = folder / run;
    epochs.push_back(0);
    auto count = [&epochs, at = epochs.size() - 1](const History&) { return ++epochs[at], true; };
    training.fit.callbacks.push_back({.on_epoch = count});
  };
  const BottleneckResult result = bottleneck(pairs(), pairs(), pairs(), options);
  CHECK(runs == std::vector<std::string>{"attention-0", "fixed-0", "attention-1", "fixed-1"});
  CHECK(epochs == std::vector<int>{2, 2, 2, 2});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Translator kept = Translator::load(folder / runs[i]);
    CHECK(kept.has_attention() == result.runs[i].attention);
    CHECK(kept.evaluate(pairs()).bleu.score == result.runs[i].bleu);
  }
}

TEST_CASE("bottleneck: invalid options are errors") {
  BottleneckOptions options = small();
  options.training.model.attention = AttentionKind::none;
  CHECK_THROWS_AS(bottleneck(pairs(), {}, pairs(), options), ValueError);
  options = small();
  options.seeds = 0;
  CHECK_THROWS_AS(bottleneck(pairs(), {}, pairs(), options), ValueError);
  CHECK_THROWS_AS(bottleneck(pairs(), {}, {}, small()), ValueError);
}

TEST_CASE("bottleneck: when asked to stop, it returns the runs that have ended") {
  BottleneckOptions options = small();
  int runs = 0;
  options.before_run = [&](const std::string&, TranslatorTraining&) { ++runs; };
  options.training.fit.callbacks = {{.stop = [&] { return runs == 2; }}};
  const BottleneckResult result = bottleneck(pairs(), pairs(), pairs(), options);
  CHECK(result.stopped);
  REQUIRE(result.runs.size() == 1);
  CHECK(result.runs[0].attention);
  REQUIRE(result.curves.size() == 1);
  CHECK(result.curves[0].name == "with attention");
  CHECK(runs == 2);
  report::Report report;
  report::add_bottleneck(report, result);
  REQUIRE(report.results.size() == 4);
  CHECK(report.results[1].second == "-");
  CHECK(report.results[2].second == std::to_string(result.attention_parameters));
  CHECK(report.results[3].second == "-");
}

TEST_CASE("bottleneck: the twin without attention cannot copy") {
  BottleneckOptions options = small();
  options.training.model.copy = true;
  options.training.fit.epochs = 1;
  options.seeds = 1;
  CHECK(bottleneck(pairs(), pairs(), pairs(), options).runs.size() == 2);
}

TEST_CASE("bottleneck: options that would fail after training, or mix the twins' files, are refused before it") {
  auto refuses = [](auto change, const std::string& message) {
    BottleneckOptions options = small();
    std::ostringstream log;
    options.training.fit.log = &log;
    change(options);
    CHECK_THROWS_WITH_AS(bottleneck(pairs(), pairs(), pairs(), options), doctest::Contains(message.c_str()), ValueError);
    CHECK(log.str().empty());
  };
  refuses([](auto& options) { options.bounds = {4, 4}; }, "bottleneck: bounds must be positive and rising: 4 after 4");
  refuses([](auto& options) { options.bounds = {0, 4}; }, "bottleneck: bounds must be positive and rising: 0 after 0");
  refuses([](auto& options) { options.search.coverage_penalty = 0.2; }, "coverage_penalty 0.2 needs attention");
  refuses([](auto& options) { options.search.n_best = 2; }, "n_best 2 is above beam 1");
  refuses([](auto& options) { options.training.model_path = "model"; }, "model_path is \"model\"");
  refuses([](auto& options) { options.training.fit.checkpoint.path = "at"; }, "checkpoint.path is \"at\"");
}

TEST_CASE("bottleneck: a report marks the epochs by the monitored score, and has no BLEU without runs") {
  BottleneckResult result;
  report::Report report;
  report::add_bottleneck(report, result);
  CHECK(report.results[0].second == "-");
  CHECK(report.curves.empty());

  result.monitor = "accuracy";
  result.runs.resize(1);
  for (int epoch : {1, 2}) {
    EpochRecord record;
    record.epoch = epoch;
    record.train = {1.0, {{"accuracy", 0.5}}};
    record.validation = Scores{epoch == 1 ? 1.0 : 2.0, {{"accuracy", epoch == 1 ? 0.5 : 0.75}}};
    result.runs[0].history.push_back(record);
  }
  report::add_bottleneck(report, result);
  REQUIRE_FALSE(report.curves.empty());
  CHECK(report.curves[0].series[0].name == "fixed vector (best epoch 2), training");
}

}  // namespace weft
