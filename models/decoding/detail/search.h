// Search: what is known of one source's outputs while they are written, word by word.
#pragma once

#include <weft/models/decoding/detail/next_words.h>
#include <weft/models/decoding/hypothesis.h>

#include <span>

namespace weft {

class Search {
 public:
  // Begins with one live hypothesis, <s>. Outputs begin with `prefix`, and get as long as it at least.
  Search(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
         std::span<const std::int64_t> prefix);
  virtual ~Search() = default;

  // One step: the next words and the attention of this search's rows, which start at `first_row`. attention f32 [rows, time],
  // contiguous; undefined without.
  void advance(const NextWords& words, const Tensor& attention, std::int64_t first_row);

  // A hypothesis that goes on.
  struct Live {
    std::int64_t parent = 0;  // which row of the search it continues
    std::int64_t id = 0;      // its last word
    double log_probability = 0;
    double value = 0;         // of all its words, see search_score
    std::int64_t trace = -1;  // of that word
    std::int64_t draw = 0;    // which of several draws it is
  };
  const std::vector<Live>& live() const { return live_; }
  virtual bool done() const { return live_.empty(); }
  // What was found when the search is done.
  NBest results() const;

 protected:
  // A hypothesis that ended.
  struct Finished {
    double value, score;
    std::int64_t trace, draw;
  };
  // The live hypotheses with their next words: trace and draw are the continued one's, log_probability is the word's.
  virtual std::vector<Live> choose(const NextWords& words, std::int64_t first_row) = 0;
  // Puts a hypothesis where it belongs among the finished ones.
  virtual void finish(const Finished& ended) = 0;

  // What the next word of a live hypothesis must obey.
  NextRules rules(const Live& live) const;
  static Live continued(std::int64_t row, const Live& live, const NextWords::Choice& choice);

  SearchOptions options_;
  std::int64_t longest_, words_ = 0;  // words that an output may have, and that the live ones have
  std::vector<Live> live_;
  std::vector<Finished> finished_;

 private:
  // A word that was written, or </s>, and the one before it.
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

// Keeps the `beam` hypotheses of the highest values. One that ends leaves the beam, which gets narrower by one.
class BeamSearch : public Search {
 public:
  BeamSearch(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
             std::span<const std::int64_t> prefix);
  // Also when the n_best finished ones cannot be beaten.
  bool done() const override;

 private:
  std::vector<Live> choose(const NextWords& words, std::int64_t first_row) override;
  void finish(const Finished& ended) override;

  std::int64_t width_;
};

// Draws n_best outputs word by word. The chance of word t of draw d is number t of a stream of its own, so that nothing else
// changes it.
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
