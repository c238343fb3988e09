// What the monitored score decides, and scores of the model as a whole.
#include <doctest/doctest.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/progress/csv_log.h>
#include <weft/models/report/learning_curves.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/arithmetic/random.h>

#include <limits>
#include <sstream>

#include "tests/models/training/tagging.h"

using namespace weft;
using test::DroppingTagger, test::same_bits, test::tagging, test::weights_of;

namespace {

struct Result {
  std::vector<Tensor> weights;
  History history;
};

// A training whose scores are computed from the model and its trainer.
template <class MakeScores>
Result train(FitOptions options, MakeScores make_scores) {
  manual_seed(7);
  DroppingTagger model;
  Trainer trainer(model, optim::Adam({.lr = 3e-2}), nn::CrossEntropy(), {metrics::accuracy()});
  options.batch_size = 8;
  options.progress = false;
  options.scores = make_scores(model, trainer);
  History history = trainer.fit(tagging(47, 1), tagging(20, 2), options);
  return {weights_of(model), history};
}
Result train(const FitOptions& options) {
  return train(options, [](auto&, auto&) { return std::vector<ModelScore>(); });
}

// One number per epoch.
ModelScore scripted(std::vector<double> values) {
  return {"scripted", [values, epoch = std::size_t{0}]() mutable { return values.at(epoch++); }};
}
Result train(const FitOptions& options, const std::vector<double>& values) {
  return train(options, [&](auto&, auto&) { return std::vector{scripted(values)}; });
}

std::vector<double> rates(const History& history) {
  std::vector<double> all;
  for (const EpochRecord& record : history) all.push_back(record.learning_rate);
  return all;
}

}  // namespace

TEST_CASE("monitor: a score of the model appears wherever metrics do") {
  std::ostringstream log;
  FitOptions options{.epochs = 3, .log = &log};
  const History history = train(options, {0.25, 0.5, 0.125}).history;
  CHECK(history[1].validation->metric("scripted") == 0.5);
  CHECK(history[1].train.metrics.size() == 1);
  CHECK(log.str().find("  dev_scripted 50.00  ") != std::string::npos);
  CHECK(to_csv(history).find(",loss,accuracy,dev_loss,dev_accuracy,dev_scripted\n") != std::string::npos);
  CHECK(history_from_json(to_json(history), "json")[2].validation->metric("scripted") == 0.125);
  const auto curves = report::learning_curves(history, "scripted");
  CHECK(curves[1].title == "accuracy");
  CHECK(curves[1].series.size() == 2);
  CHECK(curves[2].title == "scripted");
  REQUIRE(curves[2].series.size() == 1);
  CHECK(curves[2].series[0].name == "dev");
  CHECK(curves[2].series[0].values == std::vector<double>{25, 50, 12.5});
  CHECK(curves[2].marked == 2);
}

TEST_CASE("monitor: a score of the model chooses the epoch, patience and plateau") {
  FitOptions options{.epochs = 9, .plateau_factor = 0.5, .plateau_patience = 0, .patience = 3, .monitor = "scripted"};
  const Result chosen = train(options, {0.1, 0.3, 0.2, 0.4, 0.1, 0.1, 0.1});
  CHECK(chosen.history.size() == 7);
  CHECK(rates(chosen.history) == std::vector<double>{3e-2, 3e-2, 3e-2, 1.5e-2, 1.5e-2, 0.75e-2, 0.375e-2});
  options.epochs = 4;
  CHECK(same_bits(train(options, {0.1, 0.3, 0.2, 0.4}).weights, chosen.weights));
}

TEST_CASE("monitor: another dev set chooses the epoch") {
  manual_seed(7);
  DroppingTagger model;
  Trainer trainer(model, optim::Adam({.lr = 3e-2}), nn::CrossEntropy(), {metrics::accuracy()});
  const TaggedSequences train = tagging(47, 1), dev = tagging(20, 2), speech = tagging(20, 3);
  FitOptions options{.epochs = 6, .monitor = "speech"};
  options.scores = {{"speech", [&] { return trainer.evaluate(speech).metric("accuracy"); }}};
  const History history = trainer.fit(train, dev, options);
  double best = 0, best_loss = 0;
  for (const EpochRecord& record : history)
    if (const double found = record.validation->metric("speech"); found > best) best = found, best_loss = record.validation->loss;
  CHECK(history.back().validation->metric("speech") <= best);
  CHECK(trainer.evaluate(speech).metric("accuracy") == best);
  CHECK(trainer.evaluate(dev).loss >= best_loss - 1e-12);
}

TEST_CASE("monitor: computing a score of the model does not affect training") {
  const FitOptions options{.epochs = 4, .average = 0.9};
  const Result without = train(options);
  int taken = 0;
  const Result with = train(options, [&](DroppingTagger& model, auto& trainer) {
    return std::vector<ModelScore>{{"drawn",
                                    [&] {
                                      ++taken;
                                      CHECK_FALSE(model.training());
                                      CHECK_FALSE(grad_enabled());
                                      uniform({3});
                                      model.train();
                                      for (Generator* generator : nn::generators(model)) generator->counter += 5;
                                      return trainer.evaluate(tagging(9, 3)).metric("accuracy");
                                    }},
                                   {"other", [&] { return trainer.evaluate(tagging(9, 4)).metric("accuracy"); }}};
  });
  CHECK(taken == 4);
  CHECK(same_bits(with.weights, without.weights));
  REQUIRE(with.history.size() == without.history.size());
  for (std::size_t i = 0; i < with.history.size(); ++i) {
    CHECK(with.history[i].train.metrics == without.history[i].train.metrics);
    CHECK(with.history[i].validation->loss == without.history[i].validation->loss);
    CHECK(with.history[i].validation->metrics[0] == without.history[i].validation->metrics[0]);
  }
}

TEST_CASE("monitor: invalid scores are refused") {
  auto fit = [](std::vector<ModelScore> scores, const std::string& monitor) {
    train({.epochs = 1, .monitor = monitor}, [&](auto&, auto&) { return scores; });
  };
  const ModelScore half{"half", [] { return 0.5; }};
  CHECK_THROWS_WITH_AS(fit({half}, "bleu"), doctest::Contains("fit: the trainer has no metric bleu to monitor"), ValueError);
  CHECK_THROWS_WITH_AS(fit({half, half}, "half"), doctest::Contains("fit: two scores have the name half"), ValueError);
  CHECK_THROWS_WITH_AS(fit({{"accuracy", half.value}}, "loss"), doctest::Contains("fit: two scores have the name accuracy"),
                       ValueError);
  CHECK_THROWS_WITH_AS(fit({{"loss", half.value}}, "loss"), doctest::Contains("fit: two scores have the name loss"), ValueError);
  CHECK_THROWS_WITH_AS(fit({{"nan", [] { return std::numeric_limits<double>::quiet_NaN(); }}}, "loss"),
                       doctest::Contains("fit: the score nan is nan after epoch 1, at monitor_test.cpp:"), ValueError);
  DroppingTagger model;
  Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
  CHECK_THROWS_WITH_AS(trainer.fit(tagging(9, 1), {.epochs = 1, .scores = {half}}),
                       doctest::Contains("fit: the score half requires validation data"), ValueError);
}

TEST_CASE("monitor: any gain counts, for patience and for the plateau") {
  FitOptions options{.epochs = 4, .plateau_factor = 0.5, .plateau_patience = 0, .patience = 1, .monitor = "scripted"};
  const std::vector<double> all_equal{3e-2, 3e-2, 3e-2, 3e-2};
  CHECK(rates(train(options, {0.5, 0.5 + 1e-9, 0.5 + 2e-9, 0.5 + 3e-9}).history) == all_equal);
  // Of equal scores that with the lower loss is better.
  const History falling = train(options, {0.5, 0.5, 0.5, 0.5}).history;
  REQUIRE(falling.size() == 4);
  for (std::size_t i = 1; i < 4; ++i) CHECK(falling[i].validation->loss < falling[i - 1].validation->loss);
  CHECK(rates(falling) == all_equal);
  CHECK(train(options, {0.5, 0.4, 0.3, 0.2}).history.size() == 2);
}
