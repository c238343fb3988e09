#include <weft/models/data/detail/word_links.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <charconv>

namespace weft::text {

namespace {

// Splits at spaces and tabs, as aligners do: U+00A0 and the like are part of words.
std::vector<std::string_view> split_at_blanks(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = text.find_first_not_of(" \t"); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(" \t", end);
  }
  return words;
}

// Returns where each word's tokens begin, and where the last one's end: [words + 1].
std::vector<std::int64_t> word_starts(const std::string& line, const Tokenizer& tokenizer, const std::string& place) {
  std::vector<std::int64_t> starts{0};
  for (std::string_view word : split_at_blanks(line)) starts.push_back(starts.back() + std::ssize(tokenizer.tokens(word)));
  require<FormatError>(starts.back() == std::ssize(tokenizer.tokens(line)), place,
                       ": alignments need a tokenizer that splits each word separately: ", Excerpt{line});
  return starts;
}

std::size_t parse_number(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::string_view::npos;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::vector<std::int64_t> token_links(const TextPair& pair, const Tokenizer& source, const Tokenizer& target,
                                      const std::string& place) {
  const std::vector<std::int64_t> sources = word_starts(pair.source, source, place),
                                  targets = word_starts(pair.target, target, place);
  std::vector<std::int64_t> links;
  for (std::string_view word : split_at_blanks(pair.alignment)) {
    std::string_view rest = word;
    const std::size_t from = parse_number(rest);
    const bool dash = rest.starts_with('-');
    if (dash) rest.remove_prefix(1);
    const std::size_t to = parse_number(rest);
    require<FormatError>(from != std::string_view::npos && dash && to != std::string_view::npos && rest.empty(), place,
                         ": expected links such as 0-0 2-1, found ", Excerpt{word});
    require<FormatError>(from + 1 < sources.size() && to + 1 < targets.size(), place, ": the link ", word, " is outside ",
                         sources.size() - 1, " source and ", targets.size() - 1, " target words");
    for (std::int64_t s = sources[from]; s < sources[from + 1]; ++s)
      for (std::int64_t t = targets[to]; t < targets[to + 1]; ++t) links.insert(links.end(), {s, t});
  }
  return links;
}

}  // namespace weft::text
