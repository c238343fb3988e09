// Cross-validation: the histories of trainings on parts of the data, each scored on the rest, as one.
#pragma once

#include <weft/models/training/history.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft {

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

// The standard error of a share `p` of `n` examples, sqrt(p (1 - p) / n): how far chance alone takes an accuracy.
double standard_error(double p, std::int64_t n);

}  // namespace weft
