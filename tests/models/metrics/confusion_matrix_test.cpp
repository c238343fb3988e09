#include <weft/models/metrics/confusion_matrix.h>
#include <weft/models/training/data.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;
using Ids = std::vector<std::int64_t>;
using Rows = std::vector<std::vector<double>>;

namespace {

metrics::ConfusionMatrix matrix_of(const Ids& truth, const Ids& predicted, std::size_t labels) {
  metrics::ConfusionMatrix matrix(std::vector<std::string>(labels, "x"));
  for (std::size_t i = 0; i < truth.size(); ++i) matrix.add(truth[i], predicted[i]);
  return matrix;
}

void check_scores(const metrics::ClassScores& scores, const nlohmann::json& recorded) {
  CHECK(scores.precision == doctest::Approx(recorded[0].get<double>()).epsilon(1e-12));
  CHECK(scores.recall == doctest::Approx(recorded[1].get<double>()).epsilon(1e-12));
  CHECK(scores.f1 == doctest::Approx(recorded[2].get<double>()).epsilon(1e-12));
}

Tensor matrix_tensor(const Rows& rows) {
  std::vector<double> values;
  for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
  return tensor(values, {std::ssize(rows), std::ssize(rows[0])});
}

}  // namespace

TEST_CASE("precision, recall, F1 and the matrix agree with scikit-learn") {
  const nlohmann::json rows = test::recorded_cases("class_cases.json");
  CHECK(rows.size() == 220);
  for (const auto& row : rows) {
    CAPTURE(row.dump());
    const auto labels = row.at("labels").get<std::int64_t>();
    const metrics::ConfusionMatrix matrix =
        matrix_of(row.at("truth").get<Ids>(), row.at("predicted").get<Ids>(), static_cast<std::size_t>(labels));
    const auto classes = matrix.classes();
    for (std::int64_t i = 0; i < labels; ++i) {
      const auto& recorded = row.at("classes")[static_cast<std::size_t>(i)];
      check_scores(classes[static_cast<std::size_t>(i)], recorded);
      CHECK(classes[static_cast<std::size_t>(i)].support == recorded[3]);
      for (std::int64_t j = 0; j < labels; ++j)
        CHECK(matrix.at(i, j) == row.at("confusion")[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
    }
    CHECK(matrix.accuracy() == doctest::Approx(row.at("accuracy").get<double>()).epsilon(1e-12));
    check_scores(matrix.macro_average(), row.at("macro"));
    check_scores(matrix.weighted_average(), row.at("weighted"));
    CHECK(matrix.total() == std::ssize(row.at("truth")));
  }
}

TEST_CASE("top-k accuracy agrees with scikit-learn") {
  int compared = 0;
  for (const auto& row : test::recorded_cases("class_cases.json")) {
    if (!row.contains("logits")) continue;
    const auto truth = row.at("truth").get<Ids>();
    auto metric = metrics::top_k_accuracy(row.at("k"));
    metric->add(matrix_tensor(row.at("logits").get<Rows>()), tensor(truth));
    CHECK(metric->value() == doctest::Approx(row.at("top_k").get<double>()).epsilon(1e-12));
    ++compared;
  }
  CHECK(compared >= 10);
}

TEST_CASE("top-k accuracy handles ties, ignored targets and reset") {
  auto top2 = metrics::top_k_accuracy(2);
  CHECK(top2->name() == "top2_accuracy");
  CHECK(top2->value() == 0);
  const Tensor logits = matrix_tensor({{1, 1, 1}, {1, 1, 1}, {0, 0, 5}});
  top2->add(logits, tensor(Ids{1, 2, kIgnored}));
  CHECK(top2->value() == 0.5);
  top2->reset();
  top2->add(logits, tensor(Ids{0, 0, 0}));
  CHECK(top2->value() == 1);
  CHECK_THROWS_WITH_AS(metrics::top_k_accuracy(0, {"a.cpp", 1}), "top_k_accuracy: k is 0, not at least 1, at a.cpp:1",
                       ValueError);
}

TEST_CASE("the confusion metric counts the classes with the largest logit") {
  metrics::ConfusionMetric metric({"a", "b"});
  metric.add(matrix_tensor({{1, 0}, {0, 1}, {2, 3}}), tensor(Ids{0, 0, kIgnored}));
  CHECK(metric.matrix().at(0, 0) == 1);
  CHECK(metric.matrix().at(0, 1) == 1);
  CHECK(metric.value() == 0.5);
  metric.reset();
  CHECK(metric.matrix().total() == 0);
  CHECK(metric.value() == 0);
}

TEST_CASE("only pairs of classes that occurred take memory") {
  constexpr std::int64_t kLabels = 1'000'000;  // a square of them would be 8 TB
  metrics::ConfusionMatrix matrix(std::vector<std::string>(kLabels, "x"));
  for (std::int64_t i = 0; i < 1000; ++i) matrix.add(i * 999, i % 2 == 0 ? i * 999 : kLabels - 1);
  CHECK(matrix.cells().size() == 1000);
  CHECK(matrix.total() == 1000);
  CHECK(matrix.accuracy() == 0.5);
  CHECK(matrix.at(999, kLabels - 1) == 1);
  CHECK(matrix.at(999, 999) == 0);
  CHECK(matrix.classes()[kLabels - 1].predictions == 500);
}

TEST_CASE("the confusion metric's state is its cells") {
  metrics::ConfusionMetric metric({"a", "b", "c"}), other({"a", "b", "c"});
  metric.add(matrix_tensor({{1, 0, 0}, {0, 1, 0}, {0, 1, 0}}), tensor(Ids{0, 2, 2}));
  CHECK(metric.state() == std::vector<double>{0, 0, 1, 2, 1, 2});
  other.set_state(metric.state());
  CHECK(other.matrix().cells() == metric.matrix().cells());
  CHECK_THROWS_WITH_AS(other.set_state({1, 2}), "2 numbers cannot be divided into groups of 3", FormatError);
  CHECK_THROWS_WITH_AS(other.set_state({0, 1, 0.5}), "not all of its numbers are counts", FormatError);
  CHECK_THROWS_AS(other.set_state({0, 3, 1}), IndexError);
  CHECK_THROWS_AS(other.set_state({0, 1, 0}), ValueError);
}

TEST_CASE("a class outside the labels is an error") {
  metrics::ConfusionMatrix matrix({"a", "b"});
  CHECK_THROWS_WITH_AS(matrix.add(0, 2, {"a.cpp", 1}), "confusion matrix: class 2 is not in 0 .. 1, at a.cpp:1", IndexError);
  CHECK_THROWS_AS(matrix.at(-1, 0), IndexError);
}
