#include <weft/models/training/data.h>
#include <weft/models/training/metrics.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/reduce.h>

namespace weft::metrics {

namespace {

// Calls `take` with the class of the largest logit and the true one of each target that counts.
template <class Take>
void for_each_class(const Tensor& logits, const Tensor& targets, Take take) {
  Tensor best = contiguous(argmax(logits, {-1})), classes = contiguous(targets);
  auto guesses = best.span<std::int64_t>(), wanted = classes.span<std::int64_t>();
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] != kIgnored) take(guesses[i], wanted[i]);
}

// Keeps the predicted and true classes of all that counts.
class ClassMetric : public Metric {
 public:
  using Score = double (*)(std::span<const std::int64_t>, std::span<const std::int64_t>, Where);
  ClassMetric(std::string name, Score score) : name_(std::move(name)), score_(score) {}

  std::string name() const override { return name_; }
  void reset() override { predicted_.clear(), truth_.clear(); }
  double value() const override { return truth_.empty() ? 0 : score_(predicted_, truth_, Where::here()); }

  std::vector<double> state() const override {
    std::vector<double> both(predicted_.begin(), predicted_.end());
    both.insert(both.end(), truth_.begin(), truth_.end());
    return both;
  }
  void set_state(const std::vector<double>& both) override {
    reset();
    for (std::size_t i = 0; i < both.size(); ++i)
      (i < both.size() / 2 ? predicted_ : truth_).push_back(static_cast<std::int64_t>(both[i]));
  }

  void add(const Tensor& logits, const Tensor& targets) override {
    for_each_class(logits, targets, [&](std::int64_t predicted, std::int64_t truth) {
      predicted_.push_back(predicted);
      truth_.push_back(truth);
    });
  }

 private:
  std::string name_;
  Score score_;
  std::vector<std::int64_t> predicted_, truth_;
};

class TopKAccuracy : public Metric {
 public:
  explicit TopKAccuracy(std::int64_t k) : k_(k) {}

  std::string name() const override { return "top" + std::to_string(k_) + "_accuracy"; }
  void reset() override { right_ = counted_ = 0; }
  double value() const override { return counted_ == 0 ? 0 : static_cast<double>(right_) / static_cast<double>(counted_); }

  void add(const Tensor& logits, const Tensor& targets) override {
    const Tensor scores = contiguous(cast(logits, DType::f64)), classes = contiguous(targets);
    const std::int64_t count = logits.size(-1);
    const double* row = scores.data<double>();
    for (std::int64_t target : classes.span<std::int64_t>()) {
      if (target != kIgnored) right_ += rank(row, count, target) < k_, ++counted_;
      row += count;
    }
  }

 private:
  // How many classes come before `target`.
  static std::int64_t rank(const double* row, std::int64_t count, std::int64_t target) {
    std::int64_t before = 0;
    for (std::int64_t i = 0; i < count; ++i) before += row[i] > row[target] || (row[i] == row[target] && i < target);
    return before;
  }

  std::int64_t k_, right_ = 0, counted_ = 0;
};

}  // namespace

void ConfusionMetric::add(const Tensor& logits, const Tensor& targets) {
  for_each_class(logits, targets, [&](std::int64_t predicted, std::int64_t truth) { matrix_.add(truth, predicted); });
}

std::shared_ptr<Metric> top_k_accuracy(std::int64_t k, Where where) {
  check<ValueError>(k >= 1, where, "top_k_accuracy: k is ", k, ", not at least 1");
  return std::make_shared<TopKAccuracy>(k);
}

std::shared_ptr<Metric> accuracy() {
  return std::make_shared<ClassMetric>("accuracy",
                                       [](auto predicted, auto truth, Where where) { return accuracy(predicted, truth, where); });
}

std::shared_ptr<Metric> macro_f1() {
  return std::make_shared<ClassMetric>("macro_f1",
                                       [](auto predicted, auto truth, Where where) { return macro_f1(predicted, truth, where); });
}

}  // namespace weft::metrics
