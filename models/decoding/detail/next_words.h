// The words that a decoder may write next, and how likely they are.
#pragma once

#include <weft/models/decoding/incremental_decoder.h>
#include <weft/models/decoding/search_options.h>
#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft {

// What a hypothesis allows as its next word. The lists are in rising order.
struct NextRules {
  std::optional<std::int64_t> forced = {};  // this word and no other
  bool may_end = true, must_end = false;
  std::vector<std::int64_t> blocked = {};   // words that would repeat an n-gram
  std::vector<std::int64_t> repeated = {};  // words that the repetition penalty counts for
};

// ln p of every id, for each row. Some ids may not be written: <pad>, <s>, those with ln p of -infinity, and others by options
// and rules. Where rules leave no word, </s> may be written.
class NextWords {
 public:
  // log_probabilities [rows, vocabulary], f32 or f64. What rounding has brought above 0 counts as 0.
  NextWords(const Tensor& log_probabilities, const SearchOptions& options, const DecoderTokens& tokens);

  struct Choice {
    std::int64_t id = 0;
    double log_probability = 0;
    double value = 0;  // ln p, times the penalty for a repeated word
  };
  // The `count` ids of a row that have the highest values, in falling order, of equal ones the smaller first; for a count of 0
  // all ids in their order. Throws ValueError for ln p that is NaN or above 0.
  std::vector<Choice> best(std::int64_t row, std::int64_t count, const NextRules& rules) const;
  // One id of a row, drawn as Sampling says; `chance` is from 0 to below 1.
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
  std::vector<std::int64_t> never_;  // in rising order: not to be written whatever the rules say
  double repetition_penalty_;
};

}  // namespace weft
