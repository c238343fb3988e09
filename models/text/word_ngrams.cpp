#include <weft/models/text/word_ngrams.h>

#include <algorithm>

namespace weft::text {

namespace {

// Words contain no spaces, so runs joined by a space cannot be confused with words.
std::string join_run(std::span<const std::string> words) {
  std::string run;
  for (const std::string& word : words) run += (run.empty() ? "" : " ") + word;
  return run;
}

// Calls `visit` with the first word and the number of words of each run of 2 words, of 3, up to `longest`.
template <class Visit>
void for_each_run(std::size_t words, std::int64_t longest, Visit visit) {
  for (std::size_t n = 2; n <= static_cast<std::size_t>(longest); ++n)
    for (std::size_t begin = 0; begin + n <= words; ++begin) visit(begin, n);
}

}  // namespace

std::vector<std::string> with_ngrams(std::span<const std::string> words, std::int64_t longest) {
  std::vector<std::string> tokens(words.begin(), words.end());
  for_each_run(words.size(), longest,
               [&](std::size_t begin, std::size_t n) { tokens.push_back(join_run(words.subspan(begin, n))); });
  return tokens;
}

Vocabulary build_with_ngrams(const TokenCounts& counts, const VocabularyOptions& options) {
  TokenCounts words, runs;
  for (const auto& [token, count] : counts) {
    const bool is_run = token.find(' ') != std::string::npos;
    if (!is_run) words.emplace(token, count);
    if (is_run && count >= 2) runs.emplace(token, count);
  }
  const Vocabulary first = Vocabulary::build(words, options);
  if (runs.empty() || first.size() == options.size_limit) return first;
  constexpr std::int64_t kSpecials = 2;
  const Vocabulary rest =
      Vocabulary::build(runs, {.size_limit = options.size_limit - first.size() + kSpecials, .min_count = options.min_count});
  std::vector<std::string> tokens = first.tokens();
  tokens.insert(tokens.end(), rest.tokens().begin() + kSpecials, rest.tokens().end());
  return Vocabulary::from_tokens(std::move(tokens));
}

std::vector<std::int64_t> encode_with_ngrams(const Vocabulary& vocabulary, std::span<const std::string> words,
                                             std::int64_t longest) {
  std::vector<std::int64_t> ids = vocabulary.encode(words);
  for_each_run(words.size(), longest, [&](std::size_t begin, std::size_t n) {
    const std::int64_t id = vocabulary.id(join_run(words.subspan(begin, n)));
    if (id != kUnknownId) ids.push_back(id);
  });
  return ids;
}

std::vector<double> weights_of_words(const Vocabulary& vocabulary, std::span<const std::string> words, std::int64_t longest,
                                     std::span<const double> weights, Where caller) {
  check<ShapeError>(weights.size() >= words.size(), caller, "weights of words: ", weights.size(), " weights for ", words.size(),
                    " words");
  std::vector<double> result(weights.begin(), weights.begin() + std::ssize(words));
  std::size_t next = words.size();
  for_each_run(words.size(), longest, [&](std::size_t begin, std::size_t n) {
    if (vocabulary.id(join_run(words.subspan(begin, n))) == kUnknownId) return;
    check<ShapeError>(next < weights.size(), caller, "weights of words: ", weights.size(), " weights are fewer than the ids");
    for (std::size_t i = begin; i < begin + n; ++i) result[i] += weights[next] / static_cast<double>(n);
    ++next;
  });
  check<ShapeError>(next == weights.size(), caller, "weights of words: ", weights.size(), " weights for ", next, " ids");
  return result;
}

}  // namespace weft::text
