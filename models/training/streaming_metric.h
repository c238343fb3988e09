// Metrics that are computed batch by batch.
#pragma once

#include <weft/models/metrics/confusion_matrix.h>
#include <weft/tensor/array/tensor.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft {

// A score over everything added since reset(). Targets equal to kIgnored do not count.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual std::string name() const = 0;
  virtual void reset() = 0;
  // logits [.., classes] and targets [..], i64. The metrics of namespace metrics throw ShapeError, DtypeError or IndexError for
  // anything else.
  virtual void add(const Tensor& logits, const Tensor& targets) = 0;
  virtual double value() const = 0;
  // Saves what was added since reset() as a few numbers, and restores it. A metric without this forgets what came before a
  // checkpoint, and what came before an evaluate() in the middle of an epoch.
  virtual std::vector<double> state() const { return {}; }
  virtual void set_state(const std::vector<double>& /*state*/) {}
  // Adds what another metric of the same kind has seen, given as its state(). Unless this is overridden, a state is a list of
  // sums, always of the same length. A metric without a state cannot be computed in shards.
  virtual void merge(const std::vector<double>& state);
};
using Metrics = std::vector<std::shared_ptr<Metric>>;

namespace metrics {

// The share of targets whose class has the largest logit.
std::shared_ptr<Metric> accuracy();
// The mean F1 over classes: see macro_f1 in metrics.h.
std::shared_ptr<Metric> macro_f1();
// The share of targets whose class is among the `k` with the largest logits; of equal logits the lower classes come first. For k
// = 3 its name is "top3_accuracy". Throws ValueError if k is below 1.
std::shared_ptr<Metric> top_k_accuracy(std::int64_t k, Where caller = Where::here());

// Fills a matrix with true classes and those that have the largest logit; its value is the accuracy.
class ConfusionMetric : public Metric {
 public:
  explicit ConfusionMetric(std::vector<std::string> labels) : matrix_(std::move(labels)) {}

  std::string name() const override { return "confusion"; }
  void reset() override { matrix_.clear(); }
  void add(const Tensor& logits, const Tensor& targets) override;
  double value() const override { return matrix_.accuracy(); }
  std::vector<double> state() const override;
  void set_state(const std::vector<double>& state) override;
  void merge(const std::vector<double>& state) override;
  const ConfusionMatrix& matrix() const { return matrix_; }

 private:
  ConfusionMatrix matrix_;
};

}  // namespace metrics

}  // namespace weft
