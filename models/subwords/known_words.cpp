#include <weft/models/io/decimal.h>
#include <weft/models/subwords/known_words.h>

#include <algorithm>

namespace weft::text {

KnownWords KnownWords::of(std::span<const std::string> tokens, const Vocabulary& vocabulary, const Tokenizer& tokenizer) {
  KnownWords found{.tokens = std::ssize(tokens)};
  found.known = std::ranges::count_if(tokens, [&](const std::string& token) { return vocabulary.id(token) != kUnknownId; });
  if (tokenizer.unit() != Unit::bpe) return found;
  bool begins = true;
  for (const std::string& piece : tokens) {
    const bool ends = !piece.ends_with("@@");
    found.words += ends;
    found.whole += begins && ends;
    begins = ends;
  }
  return found;
}

KnownWords& KnownWords::operator+=(const KnownWords& more) {
  tokens += more.tokens;
  known += more.known;
  words += more.words;
  whole += more.whole;
  return *this;
}

std::string share(std::int64_t part, std::int64_t whole) {
  const double percent = whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
  return fixed(percent, 2) + " %";
}

}  // namespace weft::text
