// Scores of predictions against the truth. Fractions lie between 0 and 1.
#pragma once

#include <weft/tensor/error.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::metrics {

using Sentence = std::vector<std::string>;  // tokens
using References = std::vector<Sentence>;   // every right answer to one question

// The share of predicted classes that are right. Throws ShapeError when the counts differ and ValueError when there are none.
double accuracy(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where where = Where::here());

// The mean over classes of F1 = 2 tp / (2 tp + fp + fn). The classes are those that occur in the truth or among the predictions;
// one that is never predicted rightly counts 0. These are the figures of scikit-learn's f1_score(average="macro",
// zero_division=0). Throws as accuracy does.
double macro_f1(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where where = Where::here());

// The share of hypotheses that equal one of their references token by token. Throws as accuracy does.
double exact_match(std::span<const Sentence> hypotheses, std::span<const References> references, Where where = Where::here());

// exp(loss), where `mean_loss` is the mean of -ln p of a token.
double perplexity(double mean_loss);

}  // namespace weft::metrics
