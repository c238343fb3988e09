// Which options suit a set of labelled texts: several are tried, and scored on texts that they were not trained on.
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

// How much is trained and scored: `first_runs` of each reading and of each variant, then the others of `runs` of the finalists.
struct ComparisonPlan {
  static constexpr std::size_t kReadings = 5, kVariants = 6, kFinalists = 5;
  std::size_t texts = 0, scoring_texts = 0;  // trained on or held out; of those how many score in each run
  bool has_dev = false;                      // whether the dev texts score
  std::size_t first_runs = 1, runs = 3;
  std::size_t trainings() const { return (kReadings + kVariants) * first_runs + kFinalists * (runs - first_runs); }
};

struct ComparisonOptions {
  ClassifierTraining base;  // what all candidates have in common; fit.monitor "macro_f1" is compared by that
  // Of a larger set so many texts, or as many as have so many words on average, are drawn. 0: all.
  std::int64_t most_texts = 10000, most_words = 1000000;
  std::function<void(const ComparisonPlan&)> on_plan = {};  // called before the first training
};

struct ClassifierComparison {
  ComparisonPlan plan;
  std::vector<CandidateScores> candidates;  // the finalists by falling mean, then the others by theirs
  std::size_t finalists = 0;
  double standard_error = 0;  // of the difference between two finalists' means
  std::size_t advised = 0;    // the simplest of the finalists whose mean is within that of the first one's
  // How much lower or higher the finalists' means of all runs are than those of their first runs, which is how hard the texts of
  // these runs were.
  double shift = 0;
  // The mean, of a candidate with the first runs alone with the shift, so that it can be compared with the finalists'.
  double estimate(std::size_t i) const { return candidates[i].mean() + (i < finalists ? 0 : shift); }
  bool within_noise(std::size_t i) const {
    return i < finalists && candidates[0].mean() - candidates[i].mean() <= standard_error;
  }
};

// Trains each way to read a text, then n-grams and learning rates for the two that do best, then the best of all these on more
// splits. All are scored on texts that neither trained the weights nor chose the epoch: without dev texts, or with fewer than
// 200, which then count as training texts, on folds of a fifth of the texts, each label having its share (stratified_folds);
// else on one half of the dev texts while the other half chooses the epoch, by turns. Each training is done on one thread, as
// many at a time as threads() says, and results depend on the seed, base.fit.seed, alone.
//
// The spread is that of the runs. What is left in the finalists' scores beside a mean for each finalist and one for each run
// gives the standard error; of finalists within one of the best the simplest is advised: the one-standard-error rule (Breiman et
// al. 1984; Hastie et al. 2009, 7.10), by paired differences. Simple are, in this order, bag of words, mean, pooling and self,
// and few options.
//
// Throws ValueError for fewer than 20 texts or two labels and as TextClassifier::train does, FormatError likewise.
ClassifierComparison compare_classifiers(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                                         const ComparisonOptions& options);

}  // namespace weft
