#include <weft/models/metrics/metrics.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

namespace weft::metrics {

namespace {

void check_counts(const char* name, std::size_t predicted, std::size_t truth, Where caller) {
  check<ShapeError>(predicted == truth, caller, name, ": counts differ: ", predicted, " predictions, ", truth, " answers");
  check<ValueError>(predicted > 0, caller, name, ": there is nothing to score");
}

double fraction(std::size_t part, std::size_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

double accuracy(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where caller) {
  check_counts("accuracy", predicted.size(), truth.size(), caller);
  std::size_t right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += predicted[i] == truth[i];
  return fraction(right, truth.size());
}

double macro_f1(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth, Where caller) {
  check_counts("macro_f1", predicted.size(), truth.size(), caller);
  struct Class {
    std::size_t hits = 0;
    std::size_t occurrences = 0;  // in the truth plus in the predictions: 2 tp + fp + fn
  };
  std::map<std::int64_t, Class> classes;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    ++classes[predicted[i]].occurrences;
    ++classes[truth[i]].occurrences;
    if (predicted[i] == truth[i]) ++classes[truth[i]].hits;
  }
  double sum = 0;
  for (const auto& [label, counts] : classes) sum += fraction(2 * counts.hits, counts.occurrences);
  return sum / static_cast<double>(classes.size());
}

double exact_match(std::span<const std::string> hypotheses, std::span<const References> references, Where caller) {
  check_counts("exact_match", hypotheses.size(), references.size(), caller);
  std::size_t right = 0;
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    right += std::find(references[i].begin(), references[i].end(), hypotheses[i]) != references[i].end();
  }
  return fraction(right, hypotheses.size());
}

void ReferenceCount::add(std::size_t references) {
  least_ = most_ ? std::min(least_, references) : references;
  most_ = std::max(most_, references);
}

std::string ReferenceCount::name() const { return least_ == most_ ? std::to_string(most_) : "var"; }

double perplexity(double mean_loss) { return std::exp(mean_loss); }

}  // namespace weft::metrics
