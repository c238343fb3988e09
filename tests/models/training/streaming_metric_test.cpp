#include <weft/models/training/data.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

Metrics all_metrics() {
  return {metrics::accuracy(), metrics::macro_f1(), metrics::top_k_accuracy(2),
          std::make_shared<metrics::ConfusionMetric>(std::vector<std::string>{"a", "b", "c"})};
}

}  // namespace

TEST_CASE("metrics refuse targets that are not one class for each row of logits") {
  const Tensor logits = zeros({4, 3});
  for (const auto& metric : all_metrics()) {
    CAPTURE(metric->name());
    for (const Shape& shape : {Shape(), Shape{3}, Shape{5}, Shape{400}, Shape{4, 3}, Shape{4, 1}, Shape{2, 2}})
      CHECK_THROWS_WITH_AS(metric->add(logits, zeros(shape, DType::i64)),
                           doctest::Contains((metric->name() + ": logits [4, 3] require targets of shape [4], not ").c_str()),
                           ShapeError);
    CHECK_THROWS_AS(metric->add(tensor(1.0f), zeros({}, DType::i64)), ShapeError);
    CHECK_THROWS_WITH_AS(metric->add(zeros({4, 0}), zeros({4}, DType::i64)),
                         (metric->name() + ": logits must have shape [.., classes], not [4, 0]").c_str(), ShapeError);
    for (DType dtype : {DType::boolean, DType::u8, DType::i32, DType::f32, DType::f64})
      CHECK_THROWS_WITH_AS(metric->add(logits, zeros({4}, dtype)),
                           doctest::Contains((metric->name() + ": targets must be classes of dtype i64, not ").c_str()),
                           DtypeError);
    CHECK_THROWS_AS(metric->add(logits, Tensor()), DtypeError);
    for (std::int64_t wrong : {-1, 3, -99})
      CHECK_THROWS_WITH_AS(metric->add(logits, full({4}, static_cast<double>(wrong), DType::i64)),
                           doctest::Contains((metric->name() + ": the target ").c_str()), IndexError);
    CHECK(metric->value() == 0);  // refused batches do not count
  }
}

TEST_CASE("metrics: a batch without rows adds nothing, and ignored targets may have any logits") {
  for (const auto& metric : all_metrics()) {
    CAPTURE(metric->name());
    metric->add(zeros({0, 3}), zeros({0}, DType::i64));
    metric->add(zeros({2, 0, 3}), zeros({2, 0}, DType::i64));
    metric->add(full({2, 3}, NAN), full({2}, static_cast<double>(kIgnored), DType::i64));
    CHECK(metric->value() == 0);
    metric->add(zeros({2, 3}), zeros({2}, DType::i64));
    CHECK(metric->value() == 1);
  }
}

TEST_CASE("metrics: the states of parts, merged, are the state of the whole") {
  Numbers numbers(1);
  const Tensor logits = numbers.tensor({60, 3}, DType::f32), targets = numbers.indices({60}, 3);
  for (std::size_t i = 0; i < all_metrics().size(); ++i) {
    const auto whole = all_metrics()[i], sum = all_metrics()[i], part = all_metrics()[i];
    CAPTURE(whole->name());
    whole->add(logits, targets);
    const std::int64_t ends[] = {0, 1, 1, 7, 30, 60};  // the second part is empty
    for (std::size_t p = 0; p + 1 < std::size(ends); ++p) {
      part->reset();
      part->add(slice(logits, 0, ends[p], ends[p + 1]), slice(targets, 0, ends[p], ends[p + 1]));
      sum->merge(part->state());
    }
    CHECK(sum->state() == whole->state());
    CHECK(sum->value() == whole->value());
  }
}

TEST_CASE("metrics: a state of sums merges by itself, and one of another length is refused") {
  struct Sums : Metric {
    std::vector<double> sums = {0, 0};
    std::string name() const override { return "sums"; }
    void reset() override { sums = {0, 0}; }
    void add(const Tensor&, const Tensor&) override {}
    double value() const override { return sums[0]; }
    std::vector<double> state() const override { return sums; }
    void set_state(const std::vector<double>& state) override { sums = state; }
  } metric;
  metric.merge({1, 2});
  metric.merge({10, 20});
  CHECK(metric.sums == std::vector<double>{11, 22});
  for (const std::vector<double>& wrong : {std::vector<double>{}, {1}, {1, 2, 3}})
    CHECK_THROWS_WITH_AS(metric.merge(wrong), doctest::Contains("sums: cannot add a state of "), ValueError);
  CHECK(metric.sums == std::vector<double>{11, 22});
}
