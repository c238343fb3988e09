#include <weft/models/training/data.h>
#include <weft/models/training/metrics.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/reduce.h>

namespace weft::metrics {

namespace {

// Keeps the predicted and true classes of all that counts.
class ClassMetric : public Metric {
 public:
  using Score = double (*)(std::span<const std::int64_t>, std::span<const std::int64_t>, Where);
  ClassMetric(std::string name, Score score) : name_(std::move(name)), score_(score) {}

  std::string name() const override { return name_; }
  void reset() override { predicted_.clear(), truth_.clear(); }
  double value() const override { return truth_.empty() ? 0 : score_(predicted_, truth_, Where::here()); }

  void add(const Tensor& logits, const Tensor& targets) override {
    Tensor best = contiguous(argmax(logits, {-1})), classes = contiguous(targets);
    auto guesses = best.span<std::int64_t>(), wanted = classes.span<std::int64_t>();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i] == kIgnored) continue;
      predicted_.push_back(guesses[i]);
      truth_.push_back(wanted[i]);
    }
  }

 private:
  std::string name_;
  Score score_;
  std::vector<std::int64_t> predicted_, truth_;
};

}  // namespace

std::shared_ptr<Metric> accuracy() {
  return std::make_shared<ClassMetric>("accuracy",
                                       [](auto predicted, auto truth, Where where) { return accuracy(predicted, truth, where); });
}

std::shared_ptr<Metric> macro_f1() {
  return std::make_shared<ClassMetric>("macro_f1",
                                       [](auto predicted, auto truth, Where where) { return macro_f1(predicted, truth, where); });
}

}  // namespace weft::metrics
