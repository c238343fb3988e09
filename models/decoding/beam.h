// Beam: the search of one source.
#pragma once

#include <weft/models/decoding/next_words.h>

#include <optional>

namespace weft {

class Beam {
 public:
  // Begins with one live hypothesis, <s>.
  Beam(std::int64_t width, std::int64_t source_tokens, const SearchOptions& options);

  // One step: `words` and the attention weights f32 [rows, time] (may be undefined) of this beam's rows, which start at
  // `first_row`.
  void advance(const NextWords& words, const Tensor& weights, std::int64_t first_row);

  struct Live {
    std::int64_t parent = 0;  // which row of the beam it continues
    std::int64_t id = 0;      // its last word
    double log_probability = 0;
    std::int64_t trace = -1;  // of that word
  };
  // The best first.
  const std::vector<Live>& live() const { return live_; }
  bool done() const;
  // The best finished hypothesis of a beam that is done.
  Hypothesis result() const;

 private:
  // A word that was written, and the one before it.
  struct Trace {
    std::int64_t before, id;
    std::vector<float> weights;
  };
  struct Finished {
    double log_probability, score;
    std::int64_t trace;
  };
  std::vector<Live> continuations(const NextWords& words, std::int64_t first_row) const;
  double score(double log_probability, std::int64_t words) const;
  void finish(const Live& ended);

  std::int64_t width_, source_tokens_, longest_, words_ = 0;
  SearchOptions options_;
  bool attended_ = false;
  std::vector<Live> live_;
  std::vector<Trace> traces_;
  std::optional<Finished> best_;
};

}  // namespace weft
