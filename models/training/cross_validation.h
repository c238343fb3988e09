// Cross-validation: finds the number of epochs that does best on examples that were not trained on.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/models/training/fit_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace weft {

// How to hold out examples if none were given for validation.
struct DevPlan {
  std::size_t parts = 20;     // the number of parts that the examples are divided into
  std::size_t folds = 1;      // how many of the parts are held out in turn; each fold trains on all other parts
  bool train_on_all = false;  // train on all examples once the folds have determined the number of epochs
};

// Holds out a twentieth once if that is at least `least` of `count` examples. Otherwise it takes larger parts, up to a fifth, and
// if a fifth is not enough several folds, up to five, until `least` examples are held out. In that case the examples are too few
// to do without some of them in training, so the final training uses all.
DevPlan plan_dev(std::size_t count, std::size_t least);

// One of several trainings of the same length, with the number of examples it was validated on.
struct Fold {
  History history;
  std::int64_t dev_examples = 0;
};

// Combines the folds: each epoch's validation scores are means over all held-out examples, and its training scores are means over
// the folds; seconds, tokens and updates are sums. Epochs that are missing in a fold are omitted. Throws ValueError if there are
// no folds or one has no validation scores.
History pooled(std::span<const Fold> folds);

// Returns the same epochs, where the validation scores of each are averaged over the epochs within a tenth of the training's
// length on both sides. With few examples the scores of a single epoch are mostly luck; those of its neighbourhood are less so.
History smoothed(const History& history);

struct CrossValidation {
  History history;            // of all folds, pooled
  int epochs = 0;             // the best number by fit.monitor, with smoothed scores
  std::int64_t examples = 0;  // number of held-out examples

  const Scores& scores() const { return *history[static_cast<std::size_t>(epochs - 1)].validation; }
};

// Trains `folds` folds by train(i, options), where options is `fit` without log, callbacks and checkpoints. The first
// fold continues until its score has not risen for fit.patience epochs, whatever its loss does, and the others run as long. Folds
// of fewer than 50 examples, whose scores are mostly luck, use fit.min_updates if that is above 0. Shows progress as fit.progress
// says. Throws ValueError if there are no folds, GradError if no scores are finite.
CrossValidation cross_validate(std::size_t folds, std::int64_t fold_size, const FitOptions& fit,
                               const std::function<Fold(std::size_t, const FitOptions&)>& train);

// Returns half the width of Wilson's interval for a share `p` of `n` examples with z = 1 (Wilson 1927): how much an accuracy may
// vary by chance. For many examples it is the standard error sqrt(p (1 - p) / n); if all of a few examples are right it is still
// above 0.
double wilson_half_width(double p, std::int64_t n);

}  // namespace weft
