#include <weft/models/training/confusion_matrix.h>

#include <numeric>

namespace weft::metrics {

namespace {

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// The mean of the classes' figures with these weights.
template <class Weight>
ClassScores average(const std::vector<ClassScores>& classes, Weight weight) {
  ClassScores mean;
  double total = 0;
  for (const ClassScores& scores : classes) {
    const double own = weight(scores);
    total += own;
    mean.precision += own * scores.precision;
    mean.recall += own * scores.recall;
    mean.f1 += own * scores.f1;
    mean.support += scores.support;
    mean.predictions += scores.predictions;
  }
  if (total == 0) return mean;
  mean.precision /= total;
  mean.recall /= total;
  mean.f1 /= total;
  return mean;
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(std::vector<std::string> labels)
    : labels_(std::move(labels)), counts_(labels_.size() * labels_.size()) {}

std::size_t ConfusionMatrix::index(std::int64_t truth, std::int64_t predicted, Where where) const {
  const std::int64_t size = std::ssize(labels_);
  for (std::int64_t given : {truth, predicted})
    check<IndexError>(given >= 0 && given < size, where, "confusion matrix: class ", given, " is not in 0 .. ", size - 1);
  return static_cast<std::size_t>(truth * size + predicted);
}

void ConfusionMatrix::add(std::int64_t truth, std::int64_t predicted, Where where) { ++counts_[index(truth, predicted, where)]; }

void ConfusionMatrix::set_counts(std::vector<std::int64_t> counts, Where where) {
  check<ShapeError>(counts.size() == counts_.size(), where, "confusion matrix: ", counts.size(), " counts, not ", counts_.size());
  counts_ = std::move(counts);
}

void ConfusionMatrix::clear() { counts_.assign(counts_.size(), 0); }

std::int64_t ConfusionMatrix::at(std::int64_t truth, std::int64_t predicted, Where where) const {
  return counts_[index(truth, predicted, where)];
}

std::int64_t ConfusionMatrix::total() const { return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}); }

double ConfusionMatrix::accuracy() const {
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < std::ssize(labels_); ++i) right += at(i, i);
  return share(right, total());
}

std::vector<ClassScores> ConfusionMatrix::classes() const {
  std::vector<ClassScores> classes(labels_.size());
  for (std::int64_t i = 0; i < std::ssize(labels_); ++i) {
    ClassScores& scores = classes[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; j < std::ssize(labels_); ++j) {
      scores.support += at(i, j);
      scores.predictions += at(j, i);
    }
    scores.precision = share(at(i, i), scores.predictions);
    scores.recall = share(at(i, i), scores.support);
    scores.f1 = share(2 * at(i, i), scores.support + scores.predictions);
  }
  return classes;
}

ClassScores ConfusionMatrix::macro_average() const {
  return average(classes(), [](const ClassScores& scores) { return scores.support + scores.predictions > 0 ? 1.0 : 0.0; });
}

ClassScores ConfusionMatrix::weighted_average() const {
  return average(classes(), [](const ClassScores& scores) { return static_cast<double>(scores.support); });
}

}  // namespace weft::metrics
