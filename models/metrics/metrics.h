// Scores of predictions against the truth. Fractions are between 0 and 1.
#pragma once

#include <weft/tensor/base/error.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::metrics {

using References = std::vector<std::string>;  // all correct answers to one question, one line each

// Returns the share of predicted classes that are correct. Throws ShapeError if the counts differ and ValueError if there are
// none.
double accuracy(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where caller = Where::here());

// Returns the mean over classes of F1 = 2 tp / (2 tp + fp + fn). The classes are those that occur in the truth or among the
// predictions; a class that is never predicted correctly counts as 0. These are the figures of scikit-learn's
// f1_score(average="macro", zero_division=0). Throws as accuracy does.
double macro_f1(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where caller = Where::here());

// Returns the share of hypotheses that equal one of their references. Throws as accuracy does.
double exact_match(std::span<const std::string> hypotheses, std::span<const References> references, Where caller = Where::here());

// Returns exp(mean_loss), where `mean_loss` is the mean of -ln p over the tokens.
double perplexity(double mean_loss);

// The number of references of the sentences of a corpus, as in the signatures of scores.
class ReferenceCount {
 public:
  void add(std::size_t references);
  std::string name() const;  // "2", or "var" if sentences differ

 private:
  std::size_t least_ = 0, most_ = 0;
};

}  // namespace weft::metrics
