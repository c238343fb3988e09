#include <weft/models/metrics/confusion_matrix.h>

#include <algorithm>
#include <utility>

namespace weft::metrics {

namespace {

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Returns the weighted mean of the classes' scores.
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

ConfusionMatrix::ConfusionMatrix(std::vector<std::string> labels) : labels_(std::move(labels)) {}

std::int64_t ConfusionMatrix::key(std::int64_t truth, std::int64_t predicted, Where caller) const {
  const std::int64_t size = std::ssize(labels_);
  for (std::int64_t given : {truth, predicted})
    check<IndexError>(given >= 0 && given < size, caller, "confusion matrix: class ", given, " is not in 0 .. ", size - 1);
  return truth * size + predicted;
}

void ConfusionMatrix::add(std::int64_t truth, std::int64_t predicted, Where caller) { ++counts_[key(truth, predicted, caller)]; }

void ConfusionMatrix::add(const ConfusionMatrix& more, Where caller) {
  check<ValueError>(labels_ == more.labels_, caller, "confusion matrix: the other one has different labels");
  for (const auto& [key, count] : more.counts_) counts_[key] += count;
}

void ConfusionMatrix::clear() { counts_.clear(); }

std::int64_t ConfusionMatrix::at(std::int64_t truth, std::int64_t predicted, Where caller) const {
  const auto found = counts_.find(key(truth, predicted, caller));
  return found == counts_.end() ? 0 : found->second;
}

std::vector<ConfusionMatrix::Cell> ConfusionMatrix::cells() const {
  std::vector<Cell> all;
  all.reserve(counts_.size());
  const std::int64_t size = std::ssize(labels_);
  for (const auto& [key, count] : counts_) all.push_back({key / size, key % size, count});
  std::ranges::sort(all, {}, [](const Cell& cell) { return std::pair(cell.truth, cell.predicted); });
  return all;
}

void ConfusionMatrix::set_cells(std::span<const Cell> cells, Where caller) {
  std::unordered_map<std::int64_t, std::int64_t> counts;
  for (const Cell& cell : cells) {
    check<ValueError>(cell.count >= 1, caller, "confusion matrix: a count is ", cell.count, ", not at least 1");
    counts[key(cell.truth, cell.predicted, caller)] += cell.count;
  }
  counts_ = std::move(counts);
}

std::int64_t ConfusionMatrix::total() const {
  std::int64_t total = 0;
  for (const auto& [key, count] : counts_) total += count;
  return total;
}

double ConfusionMatrix::accuracy() const {
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < std::ssize(labels_); ++i) right += at(i, i);
  return share(right, total());
}

std::vector<ClassScores> ConfusionMatrix::classes() const {
  std::vector<ClassScores> classes(labels_.size());
  std::vector<std::int64_t> right(labels_.size());
  const std::int64_t size = std::ssize(labels_);
  for (const auto& [key, count] : counts_) {
    const auto truth = static_cast<std::size_t>(key / size), predicted = static_cast<std::size_t>(key % size);
    classes[truth].support += count;
    classes[predicted].predictions += count;
    if (truth == predicted) right[truth] = count;
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    ClassScores& scores = classes[i];
    scores.precision = share(right[i], scores.predictions);
    scores.recall = share(right[i], scores.support);
    scores.f1 = share(2 * right[i], scores.support + scores.predictions);
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
