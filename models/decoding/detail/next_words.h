// Chooses the next words of hypotheses from a decoder's log-probabilities.
#pragma once

#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/decoding/search_options.h>
#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// The rules for the next word of a hypothesis. The lists are in rising order.
struct NextRules {
  std::optional<std::int64_t> forced = {};  // only this word is allowed
  bool may_end = true, must_end = false;
  std::vector<std::int64_t> blocked = {};   // words that would repeat an n-gram
  std::vector<std::int64_t> repeated = {};  // words that the repetition penalty counts for
};

// The log-probabilities ln p of all ids for each row. Some ids are never chosen: <pad>, <s>, those with ln p = -infinity, and
// others that the options and rules exclude. If the rules leave no word, </s> is allowed.
class NextWords {
 public:
  // log_probabilities [rows, vocabulary], f32 or f64. Values that are above 0 only because of rounding count as 0.
  NextWords(const Tensor& log_probabilities, const SearchOptions& options, const DecoderTokens& tokens);

  struct Choice {
    std::int64_t id = 0;
    double log_probability = 0;
    double value = 0;  // ln p, times the penalty for a repeated word
  };
  // Returns the `count` ids of a row with the highest values in falling order; among equal values the smaller id comes first.
  // With a count of 0, returns all ids in rising order. Throws ValueError if ln p is NaN or above 0.
  std::vector<Choice> best(std::int64_t row, std::int64_t count, const NextRules& rules) const;
  // Returns one id of a row, drawn as Sampling describes with the random number `chance` from [0, 1).
  Choice draw(std::int64_t row, const Sampling& sampling, double chance, const NextRules& rules) const;

 private:
  template <class T>
  std::vector<Choice> best_of(const T* all, std::int64_t count, const NextRules& rules) const;
  template <class T>
  std::vector<Choice> every(const T* all, const NextRules& rules) const;
  template <class T>
  Choice choice(const T* all, std::int64_t id, const NextRules& rules) const;

  Tensor log_probabilities_;
  std::int64_t words_, end_;
  std::vector<std::int64_t> never_;  // in rising order; never chosen, whatever the rules say
  double repetition_penalty_;
};

}  // namespace weft
