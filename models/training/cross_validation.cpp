#include <weft/models/training/cross_validation.h>

#include <algorithm>
#include <cmath>

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

double standard_error(double p, std::int64_t n) { return std::sqrt(p * (1 - p) / static_cast<double>(n)); }

}  // namespace weft
