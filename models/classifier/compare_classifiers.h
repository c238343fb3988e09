// Finds the options that suit a set of labelled texts: several are tried, and scored on texts that they were not trained on.
#pragma once

#include <weft/models/classifier/classifier_candidates.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace weft {

struct CandidateScores {
  ClassifierCandidate candidate;
  std::vector<double> scores = {};       // of each run, fractions
  std::vector<double> run_seconds = {};  // of each run's training, on one thread
  double mean() const;
  double deviation() const;  // the runs' standard deviation; NaN for a single run
  double seconds() const;    // the median
};

// The amount of work: `first_runs` for each attention and each variant, then the rest of `runs` for the finalists.
struct ComparisonPlan {
  static constexpr std::size_t kReadings = 5, kVariants = 6, kFinalists = 5;
  std::size_t texts = 0, scoring_texts = 0;  // trained on or held out; the number that score in each run
  bool has_dev = false;                      // whether the dev texts are used for scoring
  std::size_t first_runs = 1, runs = 3;
  std::size_t trainings() const { return (kReadings + kVariants) * first_runs + kFinalists * (runs - first_runs); }
};

struct ComparisonOptions {
  ClassifierTraining base;  // what all candidates share; with fit.monitor "macro_f1" they are compared by that
  // From a larger set this many texts, or as many as have this many words on average, are drawn. 0: all.
  std::int64_t most_texts = 10000, most_words = 1000000;
  std::function<void(const ComparisonPlan&)> on_plan = {};  // called before the first training
};

struct ClassifierComparison {
  ComparisonPlan plan;
  std::vector<CandidateScores> candidates;  // the finalists by falling mean, then the others by falling mean
  std::size_t finalists = 0;
  double standard_error = 0;  // of the difference between two finalists' means
  std::size_t advised = 0;    // the simplest of the finalists whose mean is within one standard error of the first one's
  // The difference between the finalists' means over all runs and those over their first runs, which shows how difficult the
  // texts of the first runs were.
  double shift = 0;
  // Returns the mean; for a candidate with only the first runs, the shift is added, so that it is comparable with the finalists'.
  double estimate(std::size_t i) const { return candidates[i].mean() + (i < finalists ? 0 : shift); }
  bool within_noise(std::size_t i) const {
    return i < finalists && candidates[0].mean() - candidates[i].mean() <= standard_error;
  }
};

// Trains each kind of attention, then n-grams and learning rates for the best two, then the best of all these on more splits. All
// are scored on texts that were used neither to train the weights nor to choose the epoch. Without dev texts, or with fewer than
// 200, which then count as training texts, these are folds of a fifth of the texts with the same share of each label
// (stratified_folds). Otherwise one half of the dev texts scores while the other half chooses the epoch, alternately. Each
// training uses one thread, threads() of them run at a time, and results depend only on the seed, base.fit.seed.
//
// The deviation is that of the runs. The standard error is computed from the residuals of the finalists' scores after fitting a
// mean for each finalist and one for each run. Of the finalists within one standard error of the best, the simplest is advised:
// the one-standard-error rule (Breiman et al. 1984; Hastie et al. 2009, 7.10), by paired differences. The order of simplicity is
// bag of words, mean, pooling, self, and then fewer options.
//
// Throws ValueError for fewer than 20 texts or two labels and as TextClassifier::train does, FormatError likewise.
ClassifierComparison compare_classifiers(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                                         const ComparisonOptions& options);

}  // namespace weft
