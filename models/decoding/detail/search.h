// Search: the state of a search for the outputs of one source, which are written word by word.
#pragma once

#include <weft/models/decoding/detail/next_words.h>
#include <weft/models/decoding/hypothesis.h>

#include <span>

namespace weft {

class Search {
 public:
  // Begins with one live hypothesis, <s>. Outputs begin with `prefix`, and may be at least as long as it.
  Search(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
         std::span<const std::int64_t> prefix);
  virtual ~Search() = default;

  // Makes one step, given the next words and the attention of all rows; those of this search start at `first_row`. attention f32
  // [rows, time], contiguous; undefined for a model without attention.
  void advance(const NextWords& words, const Tensor& attention, std::int64_t first_row);

  // A hypothesis that has not ended.
  struct Live {
    std::int64_t parent = 0;  // the row of the search that it continues
    std::int64_t id = 0;      // its last word
    double log_probability = 0;
    double value = 0;         // the sum over all its words, see search_score
    std::int64_t trace = -1;  // the index of the last word's Trace
    std::int64_t draw = 0;    // the number of the draw, in sampling
  };
  const std::vector<Live>& live() const { return live_; }
  virtual bool done() const { return live_.empty(); }
  // Returns the outputs that were found. The search must be done.
  NBest results() const;

 protected:
  // A hypothesis that ended.
  struct Finished {
    double value, score;
    std::int64_t trace, draw;
  };
  // Returns the live hypotheses with their next words. trace and draw are those of the continued hypothesis; log_probability is
  // that of the word.
  virtual std::vector<Live> choose(const NextWords& words, std::int64_t first_row) = 0;
  // Inserts a hypothesis at its place among the finished ones.
  virtual void finish(const Finished& ended) = 0;

  // Returns the rules for the next word of a live hypothesis.
  NextRules rules(const Live& live) const;
  static Live continued(std::int64_t row, const Live& live, const NextWords::Choice& choice);

  SearchOptions options_;
  std::int64_t longest_, words_ = 0;  // the most words that an output may have; the words that the live ones have
  std::vector<Live> live_;
  std::vector<Finished> finished_;

 private:
  // A written word, or </s>, and the index of the previous one.
  struct Trace {
    std::int64_t before, id;
    double log_probability;
    std::vector<float> weights;
  };
  std::vector<const Trace*> path(std::int64_t trace) const;
  std::vector<double> coverage(std::int64_t trace) const;
  Hypothesis describe(const Finished& ended) const;

  std::int64_t source_tokens_, end_;
  std::vector<std::int64_t> prefix_;
  bool attended_ = false;
  std::vector<Trace> traces_;
};

// Keeps the `beam` hypotheses with the highest values. A hypothesis that ends leaves the beam, which then is narrower by one.
class BeamSearch : public Search {
 public:
  BeamSearch(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
             std::span<const std::int64_t> prefix);
  // Also true if no live hypothesis can beat the n_best finished ones.
  bool done() const override;

 private:
  std::vector<Live> choose(const NextWords& words, std::int64_t first_row) override;
  void finish(const Finished& ended) override;

  std::int64_t width_;
};

// Draws n_best outputs word by word. The random number of word t of draw d depends only on the stream, d and t.
class SamplingSearch : public Search {
 public:
  SamplingSearch(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
                 std::span<const std::int64_t> prefix, std::uint64_t stream);

 private:
  std::vector<Live> choose(const NextWords& words, std::int64_t first_row) override;
  void finish(const Finished& ended) override;

  std::uint64_t stream_;
};

}  // namespace weft
