#include <weft/models/classifier/classifier_candidates.h>
#include <weft/models/io/decimal.h>

#include <cmath>
#include <sstream>

namespace weft {

namespace {

ClassifierCandidate with(ClassifierCandidate candidate, const std::string& name, const std::string& value) {
  std::erase_if(candidate.options, [&](const auto& option) { return option.first == name; });
  candidate.options.emplace_back(name, value);
  return candidate;
}

// Returns the next rate up or down in the series 1, 3, 10, 30 ..
double next_rate(double rate, bool up) {
  const double power = std::pow(10, std::floor(std::log10(rate) + 1e-9)), digit = rate / power;
  const double next = digit < 2 ? (up ? 3 : 0.3) : (up ? 10 : 1);
  return std::stod(text::decimal(std::round(next * 10) / 10 * power));
}

}  // namespace

std::string ClassifierCandidate::name() const {
  std::ostringstream name;
  for (const auto& [option, value] : options) name << (name.tellp() > 0 ? " " : "") << option << ' ' << value;
  return options.empty() ? "no options" : name.str();
}

std::string ClassifierCandidate::label() const {
  std::ostringstream label;
  label << to_string(training.attention);
  for (const auto& [option, value] : options)
    if (option == "--term-weights")
      label << ", " << value;
    else if (option != "--attention")
      label << ", " << option.substr(2) << ' ' << value;
  return label.str();
}

std::vector<ClassifierCandidate> reading_candidates(const ClassifierTraining& base) {
  using enum ClassifierAttention;
  std::vector<ClassifierCandidate> candidates;
  auto add = [&](ClassifierAttention attention, TermWeights weights) {
    ClassifierCandidate candidate{{}, base};
    if (attention != base.attention) candidate = with(candidate, "--attention", to_string(attention));
    if (attention == bag_of_words) candidate = with(candidate, "--term-weights", to_string(weights));
    candidate.training.attention = attention;
    candidate.training.term_weights = weights;
    candidates.push_back(candidate);
  };
  for (ClassifierAttention attention : {self, pooling, mean}) add(attention, TermWeights::binary);
  for (TermWeights weights : {TermWeights::binary, TermWeights::tfidf}) add(bag_of_words, weights);
  return candidates;
}

std::vector<ClassifierCandidate> variants_of(const ClassifierCandidate& candidate, std::int64_t usual_ngrams) {
  std::vector<ClassifierCandidate> variants;
  const std::int64_t used = candidate.training.ngrams > 0 ? candidate.training.ngrams : usual_ngrams;
  const std::int64_t ngrams = used == 1 ? 2 : 1;
  variants.push_back(with(candidate, "--ngrams", std::to_string(ngrams)));
  variants.back().training.ngrams = ngrams;
  for (bool up : {false, true}) {
    const double rate = next_rate(candidate.training.learning_rate, up);
    variants.push_back(with(candidate, "--learning-rate", text::decimal(rate)));
    variants.back().training.learning_rate = rate;
  }
  return variants;
}

std::pair<int, std::size_t> complexity(const ClassifierCandidate& candidate) {
  using enum ClassifierAttention;
  const ClassifierAttention attention = candidate.training.attention;
  const int reading = attention == bag_of_words ? 0 : attention == mean ? 1 : attention == pooling ? 2 : 3;
  return {reading, candidate.options.size()};
}

}  // namespace weft
