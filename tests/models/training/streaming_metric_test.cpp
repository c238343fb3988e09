#include <weft/models/training/data.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

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
