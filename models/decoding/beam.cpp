#include <weft/models/decoding/beam.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/create.h>

#include <algorithm>
#include <cmath>

namespace weft {

Beam::Beam(std::int64_t width, std::int64_t source_tokens, const SearchOptions& options)
    : width_(width),
      source_tokens_(source_tokens),
      longest_(std::max<std::int64_t>(longest_output(source_tokens, options), 0)),
      options_(options) {
  live_.push_back({.parent = 0, .id = text::kSentenceStartId, .log_probability = 0, .trace = -1});
}

double Beam::score(double log_probability, std::int64_t words) const {
  return log_probability / std::pow(static_cast<double>(words), options_.length_penalty);
}

void Beam::finish(const Live& ended) {
  double value = score(ended.log_probability, words_ + 1);
  if (!best_ || value > best_->score) best_ = {ended.log_probability, value, ended.trace};
  --width_;
}

bool Beam::done() const {
  if (live_.empty()) return true;
  return best_ && best_->score >= score(live_.front().log_probability, longest_ + 1);
}

// The best ones, in falling order; of equal ones that of the better row first, then the smaller id.
std::vector<Beam::Live> Beam::continuations(const NextWords& words, std::int64_t first_row) const {
  std::vector<Live> all;
  for (std::int64_t row = 0; row < std::ssize(live_); ++row) {
    const Live& live = live_[static_cast<std::size_t>(row)];
    for (const auto& choice : words.best(first_row + row, width_, words_ == longest_))
      all.push_back({row, choice.id, live.log_probability + choice.log_probability, live.trace});
  }
  std::stable_sort(all.begin(), all.end(), [](const Live& a, const Live& b) { return a.log_probability > b.log_probability; });
  if (std::ssize(all) > width_) all.resize(static_cast<std::size_t>(width_));
  return all;
}

void Beam::advance(const NextWords& words, const Tensor& weights, std::int64_t first_row) {
  attended_ = weights.defined();
  std::vector<Live> staying;
  for (Live& live : continuations(words, first_row)) {
    if (live.id == text::kSentenceEndId) {
      finish(live);
      continue;
    }
    Trace trace{live.trace, live.id, {}};
    if (attended_) {
      const float* row = weights.data<float>() + (first_row + live.parent) * weights.size(1);
      trace.weights.assign(row, row + source_tokens_);
    }
    live.trace = std::ssize(traces_);
    traces_.push_back(std::move(trace));
    staying.push_back(live);
  }
  live_ = std::move(staying);
  ++words_;
}

Hypothesis Beam::result() const {
  Hypothesis hypothesis{{}, best_->log_probability, best_->score, {}};
  std::vector<const Trace*> path;
  for (std::int64_t at = best_->trace; at >= 0; at = path.back()->before) path.push_back(&traces_[static_cast<std::size_t>(at)]);
  std::reverse(path.begin(), path.end());
  std::vector<float> weights;
  for (const Trace* trace : path) {
    hypothesis.ids.push_back(trace->id);
    weights.insert(weights.end(), trace->weights.begin(), trace->weights.end());
  }
  if (attended_) hypothesis.attention = tensor(weights, {std::ssize(path), source_tokens_});
  return hypothesis;
}

}  // namespace weft
