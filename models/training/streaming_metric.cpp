#include <weft/models/training/data.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace weft {

void Metric::merge(const std::vector<double>& state) {
  std::vector<double> sums = this->state();
  require<ValueError>(!state.empty() && sums.size() == state.size(), name(), ": cannot add a state of ", state.size(),
                      " numbers to one of ", sums.size(),
                      "; a metric that is computed in shards needs state(), and merge() unless its "
                      "state is a list of sums");
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += state[i];
  set_state(sums);
}

}  // namespace weft

namespace weft::metrics {

namespace {

// Adds two states that are lists of groups, each `keys` numbers that identify it and then counts.
std::vector<double> added_groups(const std::vector<double>& a, const std::vector<double>& b, std::size_t keys,
                                 std::size_t group) {
  std::map<std::vector<double>, std::vector<double>> sums;
  for (const std::vector<double>* state : {&a, &b})
    for (auto at = state->begin(); at != state->end(); at += static_cast<std::ptrdiff_t>(group)) {
      const auto middle = at + static_cast<std::ptrdiff_t>(keys), end = at + static_cast<std::ptrdiff_t>(group);
      std::vector<double>& counts = sums[{at, middle}];
      counts.resize(group - keys);
      std::transform(middle, end, counts.begin(), counts.begin(), std::plus<>());
    }
  std::vector<double> all;
  for (const auto& [key, counts] : sums) {
    all.insert(all.end(), key.begin(), key.end());
    all.insert(all.end(), counts.begin(), counts.end());
  }
  return all;
}

// Returns the targets as one list. Throws unless each row of logits has a target, a class or kIgnored.
Tensor checked_classes(const std::string& metric, const Tensor& logits, const Tensor& targets) {
  require<DtypeError>(targets.defined() && targets.dtype() == DType::i64, metric, ": targets must be classes of dtype i64, not ",
                      describe(targets));
  Shape rows = logits.shape();
  const std::int64_t count = rows.dims() > 0 ? rows.back() : 0;
  if (rows.dims() > 0) rows.erase(rows.dims() - 1);
  require<ShapeError>(logits.dims() > 0 && (count > 0 || targets.numel() == 0), metric,
                      ": logits must have shape [.., classes], not ", logits.shape());
  require<ShapeError>(targets.shape() == rows, metric, ": logits ", logits.shape(), " require targets of shape ", rows, ", not ",
                      targets.shape());
  Tensor classes = contiguous(targets);
  for (std::int64_t target : classes.span<std::int64_t>())
    require<IndexError>(target == kIgnored || (target >= 0 && target < count), metric, ": the target ", target,
                        " is outside 0 .. ", count - 1);
  return classes;
}

// Calls `take` with the class of the largest logit and the true class of each target that counts.
template <class Take>
void for_each_class(const std::string& metric, const Tensor& logits, const Tensor& targets, Take take) {
  const Tensor classes = checked_classes(metric, logits, targets);
  if (classes.numel() == 0) return;
  const Tensor best = contiguous(argmax(logits, {-1}, false, Where{}));
  auto guesses = best.span<std::int64_t>(), wanted = classes.span<std::int64_t>();
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] != kIgnored) take(guesses[i], wanted[i]);
}

// Checks numbers from a checkpoint: they are counts, and their number is a multiple of `group`.
void check_counts(const std::vector<double>& state, std::size_t group) {
  const bool whole = std::all_of(state.begin(), state.end(), [](double count) {
    constexpr double kMost = 9007199254740992;  // doubles above it skip whole numbers
    return count >= 0 && count <= kMost && count == std::floor(count);
  });
  require<FormatError>(whole, "not all of its numbers are counts");
  require<FormatError>(state.size() % group == 0, state.size(), " numbers cannot be divided into groups of ", group);
}

// The fraction of the counted targets that are predicted correctly.
struct Share {
  double right = 0, counted = 0;

  double value() const { return counted == 0 ? 0 : right / counted; }
  std::vector<double> state() const { return {right, counted}; }
  void set_state(const std::vector<double>& state) {
    check_counts(state, 2);
    require<FormatError>(state.size() == 2 && state[0] <= state[1],
                         "expected the number of right predictions and that of all targets");
    right = state[0];
    counted = state[1];
  }
};

class Accuracy : public Metric {
 public:
  std::string name() const override { return "accuracy"; }
  void reset() override { share_ = {}; }
  double value() const override { return share_.value(); }
  std::vector<double> state() const override { return share_.state(); }
  void set_state(const std::vector<double>& state) override { share_.set_state(state); }

  void add(const Tensor& logits, const Tensor& targets) override {
    for_each_class(name(), logits, targets,
                   [&](std::int64_t predicted, std::int64_t truth) { share_.right += predicted == truth, ++share_.counted; });
  }

 private:
  Share share_;
};

class MacroF1 : public Metric {
 public:
  std::string name() const override { return "macro_f1"; }
  void reset() override { classes_.clear(); }
  double value() const override {
    double total = 0;
    for (const auto& [id, seen] : classes_) total += 2 * seen.right / (seen.predicted + seen.true_ones);
    return classes_.empty() ? 0 : total / static_cast<double>(classes_.size());
  }
  std::vector<double> state() const override {
    std::vector<double> all;
    for (const auto& [id, seen] : classes_)
      all.insert(all.end(), {static_cast<double>(id), seen.right, seen.predicted, seen.true_ones});
    return all;
  }
  void set_state(const std::vector<double>& state) override {
    check_counts(state, 4);
    reset();
    for (std::size_t i = 0; i < state.size(); i += 4) {
      const Seen seen{state[i + 1], state[i + 2], state[i + 3]};
      const bool possible = seen.right <= seen.predicted && seen.right <= seen.true_ones && seen.predicted + seen.true_ones > 0;
      require<FormatError>(possible, "class ", state[i], " is counted as right more often than it occurs");
      classes_[static_cast<std::int64_t>(state[i])] = seen;
    }
  }

  void merge(const std::vector<double>& state) override { set_state(added_groups(this->state(), state, 1, 4)); }

  void add(const Tensor& logits, const Tensor& targets) override {
    for_each_class(name(), logits, targets, [&](std::int64_t predicted, std::int64_t truth) {
      ++classes_[predicted].predicted;
      ++classes_[truth].true_ones;
      if (predicted == truth) ++classes_[truth].right;
    });
  }

 private:
  struct Seen {
    double right = 0, predicted = 0, true_ones = 0;
  };
  std::map<std::int64_t, Seen> classes_;
};

class TopKAccuracy : public Metric {
 public:
  explicit TopKAccuracy(std::int64_t k) : k_(k) {}

  std::string name() const override { return "top" + std::to_string(k_) + "_accuracy"; }
  void reset() override { share_ = {}; }
  double value() const override { return share_.value(); }
  std::vector<double> state() const override { return share_.state(); }
  void set_state(const std::vector<double>& state) override { share_.set_state(state); }

  void add(const Tensor& logits, const Tensor& targets) override {
    const Tensor classes = checked_classes(name(), logits, targets), scores = contiguous(cast(logits, DType::f64));
    const std::int64_t count = logits.size(-1);
    const double* row = scores.data<double>();
    for (std::int64_t target : classes.span<std::int64_t>()) {
      if (target != kIgnored) share_.right += rank(row, count, target) < k_, ++share_.counted;
      row += count;
    }
  }

 private:
  // Returns the number of classes that rank above `target`; if its logit is NaN, all do.
  static std::int64_t rank(const double* row, std::int64_t count, std::int64_t target) {
    std::int64_t before = 0;
    for (std::int64_t i = 0; i < count; ++i) before += !(row[i] <= row[target]) || (row[i] == row[target] && i < target);
    return before;
  }

  std::int64_t k_;
  Share share_;
};

}  // namespace

void ConfusionMetric::add(const Tensor& logits, const Tensor& targets) {
  for_each_class(name(), logits, targets, [&](std::int64_t predicted, std::int64_t truth) { matrix_.add(truth, predicted); });
}

// Its state is three numbers for each pair of classes that occurred.
std::vector<double> ConfusionMetric::state() const {
  std::vector<double> all;
  for (const auto& [truth, predicted, count] : matrix_.cells())
    all.insert(all.end(), {static_cast<double>(truth), static_cast<double>(predicted), static_cast<double>(count)});
  return all;
}

void ConfusionMetric::merge(const std::vector<double>& state) { set_state(added_groups(this->state(), state, 2, 3)); }

void ConfusionMetric::set_state(const std::vector<double>& state) {
  check_counts(state, 3);
  std::vector<ConfusionMatrix::Cell> cells;
  for (std::size_t i = 0; i < state.size(); i += 3)
    cells.push_back(
        {static_cast<std::int64_t>(state[i]), static_cast<std::int64_t>(state[i + 1]), static_cast<std::int64_t>(state[i + 2])});
  matrix_.set_cells(cells);
}

std::shared_ptr<Metric> top_k_accuracy(std::int64_t k, Where caller) {
  check<ValueError>(k >= 1, caller, "top_k_accuracy: k is ", k, ", not at least 1");
  return std::make_shared<TopKAccuracy>(k);
}

std::shared_ptr<Metric> accuracy() { return std::make_shared<Accuracy>(); }

std::shared_ptr<Metric> macro_f1() { return std::make_shared<MacroF1>(); }

}  // namespace weft::metrics
