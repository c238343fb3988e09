#include <weft/models/decoding/detail/search.h>
#include <weft/tensor/array/create.h>

#include <algorithm>

namespace weft {

namespace {

// Returns the words that would complete an n-gram that occurs in `written` already.
std::vector<std::int64_t> repeating(const std::vector<std::int64_t>& written, std::int64_t n) {
  std::vector<std::int64_t> words;
  const std::int64_t before = n - 1, last = std::ssize(written) - before;  // the last n - 1 words start here
  for (std::int64_t i = 0; i < last; ++i)
    if (std::equal(written.begin() + i, written.begin() + i + before, written.begin() + last))
      words.push_back(written[static_cast<std::size_t>(i + before)]);
  return words;
}

}  // namespace

Search::Search(std::int64_t source_tokens, const DecoderTokens& tokens, const SearchOptions& options,
               std::span<const std::int64_t> prefix)
    : options_(options),
      longest_(std::max<std::int64_t>(longest_output(source_tokens, options), std::ssize(prefix))),
      source_tokens_(source_tokens),
      end_(tokens.end),
      prefix_(prefix.begin(), prefix.end()) {
  live_.push_back({.id = tokens.start});
}

std::vector<const Search::Trace*> Search::path(std::int64_t trace) const {
  std::vector<const Trace*> path;
  for (std::int64_t at = trace; at >= 0; at = path.back()->before) path.push_back(&traces_[static_cast<std::size_t>(at)]);
  std::reverse(path.begin(), path.end());
  return path;
}

NextRules Search::rules(const Live& live) const {
  NextRules rules;
  if (words_ < std::ssize(prefix_)) {
    rules.forced = prefix_[static_cast<std::size_t>(words_)];
  } else {
    rules.must_end = words_ == longest_;
    rules.may_end = words_ >= options_.min_length;
  }
  const bool penalised = options_.repetition_penalty > 1;
  if (options_.no_repeat_ngram == 0 && !penalised) return rules;
  std::vector<std::int64_t> written;
  for (const Trace* word : path(live.trace)) written.push_back(word->id);
  if (options_.no_repeat_ngram > 0) rules.blocked = repeating(written, options_.no_repeat_ngram);
  if (penalised) rules.repeated = std::move(written);
  std::ranges::sort(rules.blocked);
  std::ranges::sort(rules.repeated);
  return rules;
}

Search::Live Search::continued(std::int64_t row, const Live& live, const NextWords::Choice& choice) {
  return {row, choice.id, choice.log_probability, live.value + choice.value, live.trace, live.draw};
}

std::vector<double> Search::coverage(std::int64_t trace) const {
  std::vector<double> sums;
  if (options_.coverage_penalty == 0) return sums;
  sums.resize(static_cast<std::size_t>(source_tokens_));
  for (const Trace* word : path(trace))
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(word->weights[i]);
  return sums;
}

void Search::advance(const NextWords& words, const Tensor& attention, std::int64_t first_row) {
  require<ValueError>(traces_.empty() || attended_ == attention.defined(),
                      "decode: there was attention at some steps and none at others");
  attended_ = attention.defined();
  std::vector<Live> staying;
  for (Live& next : choose(words, first_row)) {
    Trace trace{next.trace, next.id, next.log_probability, {}};
    if (attended_) {
      const float* row = attention.data<float>() + (first_row + next.parent) * attention.size(1);
      trace.weights.assign(row, row + source_tokens_);
    }
    next.trace = std::ssize(traces_);
    traces_.push_back(std::move(trace));
    if (next.id != end_)
      staying.push_back(next);
    else
      finish({next.value, search_score(next.value, words_ + 1, coverage(next.trace), options_), next.trace, next.draw});
  }
  live_ = std::move(staying);
  ++words_;
}

Hypothesis Search::describe(const Finished& ended) const {
  Hypothesis hypothesis;
  hypothesis.score = ended.score;
  std::vector<float> weights;
  for (const Trace* word : path(ended.trace)) {
    hypothesis.token_log_probabilities.push_back(word->log_probability);
    hypothesis.log_probability += word->log_probability;
    if (word->id == end_) break;
    hypothesis.ids.push_back(word->id);
    weights.insert(weights.end(), word->weights.begin(), word->weights.end());
  }
  if (attended_) hypothesis.attention = tensor(weights, {std::ssize(hypothesis.ids), source_tokens_});
  return hypothesis;
}

NBest Search::results() const {
  NBest results;
  const auto count = std::min<std::size_t>(finished_.size(), static_cast<std::size_t>(options_.n_best));
  for (std::size_t i = 0; i < count; ++i) results.push_back(describe(finished_[i]));
  return results;
}

}  // namespace weft
