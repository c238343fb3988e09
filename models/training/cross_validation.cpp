#include <weft/models/progress/progress.h>
#include <weft/models/training/cross_validation.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace weft {

namespace {

// Adds a share of `more` to `sum`, metric by metric.
void add_scores(Scores& sum, const Scores& more, double share) {
  sum.loss += share * more.loss;
  if (more.extra_loss) sum.extra_loss = sum.extra_loss.value_or(0) + share * *more.extra_loss;
  if (sum.metrics.empty())
    for (const auto& [name, value] : more.metrics) sum.metrics.emplace_back(name, 0);
  for (std::size_t i = 0; i < sum.metrics.size(); ++i) sum.metrics[i].second += share * more.metrics[i].second;
}

EpochRecord pooled_epoch(std::span<const Fold> folds, std::size_t epoch) {
  double examples = 0;
  for (const Fold& fold : folds) examples += static_cast<double>(fold.dev_examples);
  EpochRecord all;
  all.epoch = folds[0].history[epoch].epoch;
  all.validation.emplace();
  for (const Fold& fold : folds) {
    const EpochRecord& one = fold.history[epoch];
    require<ValueError>(one.validation.has_value(), "cross-validation: a fold has no validation scores");
    add_scores(all.train, one.train, 1 / static_cast<double>(folds.size()));
    add_scores(*all.validation, *one.validation, static_cast<double>(fold.dev_examples) / examples);
    all.seconds += one.seconds;
    all.tokens += one.tokens;
    all.updates += one.updates;
    all.skipped += one.skipped;
    all.gradient_norm = std::max(all.gradient_norm, one.gradient_norm);
    all.learning_rate = one.learning_rate;
  }
  return all;
}

}  // namespace

DevPlan plan_dev(std::size_t count, std::size_t least) {
  constexpr std::size_t kFewestParts = 5, kMostFolds = 5;
  DevPlan plan;
  if (count / plan.parts >= least) return plan;
  plan.parts = std::max(kFewestParts, count / least);
  const std::size_t fold = std::max<std::size_t>(count / plan.parts, 1);
  plan.folds = std::min(kMostFolds, (least + fold - 1) / fold);
  plan.train_on_all = true;
  return plan;
}

History pooled(std::span<const Fold> folds) {
  require<ValueError>(!folds.empty(), "cross-validation: there are no folds");
  auto epochs = [](const Fold& fold) { return fold.history.size(); };
  History all;
  for (std::size_t i = 0; i < std::ranges::min(folds, {}, epochs).history.size(); ++i) all.push_back(pooled_epoch(folds, i));
  return all;
}

History smoothed(const History& history) {
  constexpr std::size_t kShare = 10;
  const std::size_t reach = history.size() / kShare;
  History smooth = history;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const std::size_t first = i - std::min(i, reach), last = std::min(i + reach, history.size() - 1);
    smooth[i].validation.emplace();
    for (std::size_t j = first; j <= last; ++j) {
      require<ValueError>(history[j].validation.has_value(), "cross-validation: an epoch has no validation scores");
      add_scores(*smooth[i].validation, *history[j].validation, 1 / static_cast<double>(last - first + 1));
    }
  }
  return smooth;
}

namespace {
// When a fold ends.
struct FoldEnd {
  std::string monitor;
  std::int64_t min_updates = 0;
  int patience = 0;
  bool at_min_updates = false;
  double best = -std::numeric_limits<double>::infinity();
  int waited = 0;

  bool goes_on(const EpochRecord& epoch) {
    const double score = epoch.validation ? epoch.validation->rank(monitor)[0] : best;
    waited = score > best ? 0 : waited + 1;
    best = std::max(best, score);
    if (epoch.updates < min_updates) return true;
    return !at_min_updates && (patience == 0 || waited < patience);
  }
};

// Returns the options for training a fold, which shows its epochs on a progress line.
FitOptions options_of_fold(std::size_t fold, std::size_t folds, FitOptions fit, FoldEnd end) {
  std::string label = "cross-validation, fold ";
  label += std::to_string(fold + 1);
  label += '/';
  label += std::to_string(folds);
  auto goes_on = [show = reading_progress(fit.progress, label, "epochs", fit.epochs), end](const History& history) mutable {
    show(history.back().epoch);
    return end.goes_on(history.back());
  };
  fit.callbacks = {{.on_epoch = goes_on}};
  fit.patience = 0;
  fit.log = nullptr;
  fit.progress = false;
  fit.checkpoint = {};
  return fit;
}
}  // namespace

CrossValidation cross_validate(std::size_t folds, std::int64_t fold_size, const FitOptions& fit,
                               const std::function<Fold(std::size_t, const FitOptions&)>& train) {
  constexpr std::int64_t kFewExamples = 50;
  FitOptions options = fit;
  FoldEnd end{fit.monitor, fit.min_updates, fit.patience, fold_size < kFewExamples && fit.min_updates > 0};
  std::vector<Fold> done;
  CrossValidation result;
  for (std::size_t i = 0; i < folds; ++i) {
    done.push_back(train(i, options_of_fold(i, folds, options, end)));
    result.examples += done.back().dev_examples;
    options.epochs = static_cast<int>(done[0].history.size());
    end.patience = 0;
  }
  result.history = pooled(done);
  result.epochs = best_epoch(smoothed(result.history), fit.monitor);
  require<GradError>(result.epochs > 0, "cross-validation: no scores are finite; lower the learning rate");
  return result;
}

double wilson_half_width(double p, std::int64_t n) {
  const auto count = static_cast<double>(n);
  return std::sqrt(p * (1 - p) / count + 1 / (4 * count * count)) / (1 + 1 / count);
}

}  // namespace weft
