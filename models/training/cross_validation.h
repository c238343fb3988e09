// Cross-validation: how many epochs do best on examples that a model did not train on.
#pragma once

#include <weft/models/progress/history.h>
#include <weft/models/training/fit_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace weft {

// How examples are held out where none were given to score a model on.
struct DevPlan {
  std::size_t parts = 20;     // that the examples are divided into
  std::size_t folds = 1;      // of these, each of which is held out from a training on all others
  bool train_on_all = false;  // once the folds have told how long
};

// A twentieth once, where that is at least `least` of `count` examples. Else larger parts, up to a fifth, and where a fifth is
// not enough several folds, up to five, until `least` examples were held out; they are too few to be missed in training, so that
// all are trained on then.
DevPlan plan_dev(std::size_t count, std::size_t least);

// One of several trainings of the same length, and how many examples scored it.
struct Fold {
  History history;
  std::int64_t dev_examples = 0;
};

// What the folds did together: each epoch's scores are means over all examples that were held out, and those of training over the
// folds; seconds, tokens and updates are sums. Epochs that a fold lacks are left out. Throws ValueError when there are no folds
// or one has no validation scores.
History pooled(std::span<const Fold> folds);

// The same epochs, the validation scores of each being the mean of those within a tenth of the training's length on both sides,
// as far as there are any: what few examples say of one epoch is luck, what they say of its neighbourhood less so.
History smoothed(const History& history);

struct CrossValidation {
  History history;            // of all folds, pooled
  int epochs = 0;             // that do best by fit.monitor, its scores smoothed
  std::int64_t examples = 0;  // that were held out

  const Scores& scores() const { return *history[static_cast<std::size_t>(epochs - 1)].validation; }
};

// Trains `folds` folds by train(i, options), options being `fit` without log, callbacks, checkpoints and `stop`. The first goes
// on until its score has not risen for fit.patience epochs, whatever its loss does beside it, and the others as long; folds of
// fewer than 50 examples, whose scores are mostly luck, take fit.min_updates where that is above 0. Shows the folds' progress as
// fit.progress says. Throws ValueError for no folds, GradError when no scores are finite.
CrossValidation cross_validate(std::size_t folds, std::int64_t fold_size, const FitOptions& fit,
                               const std::function<Fold(std::size_t, const FitOptions&)>& train);

// Half the width of Wilson's interval for a share `p` of `n` examples with z = 1 (Wilson 1927): how far chance alone takes an
// accuracy. Of many examples it is the standard error sqrt(p (1 - p) / n); where all of a few are right it is not 0.
double wilson_half_width(double p, std::int64_t n);

}  // namespace weft
