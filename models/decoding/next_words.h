// The words that a decoder may write next, and how likely they are.
#pragma once

#include <weft/models/decoding/hypothesis.h>

namespace weft {

// ln p of every id, for each row: softmax over the whole vocabulary, of which some ids may not be written.
class NextWords {
 public:
  // logits [rows, vocabulary], f32 or f64.
  NextWords(const Tensor& logits, const SearchOptions& options);

  struct Choice {
    std::int64_t id = 0;
    double log_probability = 0;
  };
  // The `count` most likely ids of a row, in falling order, of equal ones the smaller first; </s> alone when `must_end`.
  std::vector<Choice> best(std::int64_t row, std::int64_t count, bool must_end) const;

 private:
  bool allowed(std::int64_t id) const;

  Tensor log_probabilities_;  // [rows, vocabulary], f64
  bool unknown_;
  std::int64_t words_;
};

}  // namespace weft
