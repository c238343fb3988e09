#include <weft/models/generated/detail/english_french_grammar.h>
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/text/tokenize.h>
#include <weft/tensor/base/error.h>

#include <string>
#include <unordered_set>

namespace weft::text {

namespace {

constexpr int kTries = 1000;  // a length counts as exhausted after this many failed attempts

}  // namespace

std::vector<TextPair> generate_pairs(std::size_t count, std::uint64_t seed, const PairLengths& lengths) {
  const auto [shortest, longest] = lengths;
  require<ValueError>(shortest >= 3 && longest >= shortest, "generate_pairs: lengths must be 3 <= min_words <= max_words, got ",
                      shortest, " and ", longest);
  std::vector<std::size_t> open_lengths;
  for (std::size_t length = shortest; length <= longest; ++length) open_lengths.push_back(length);
  CounterRandom random(seed);
  bilingual::Grammar grammar(random);
  std::unordered_set<std::string> seen;
  std::vector<TextPair> pairs;
  while (pairs.size() < count) {
    require<ValueError>(!open_lengths.empty(), "generate_pairs: asked for ", count, " different sentences of ", shortest, " to ",
                        longest, " words, found ", pairs.size());
    const std::size_t words = random.pick(open_lengths);
    bool found = false;
    for (int tries = 0; tries < kTries && !found; ++tries) {
      const bilingual::Phrase phrase = grammar.sentence(words);
      std::string english = join(phrase.english);
      found = phrase.english.size() == words && seen.insert(english).second;
      if (found) pairs.push_back({std::move(english), join(phrase.french)});
    }
    if (!found) std::erase(open_lengths, words);
  }
  return pairs;
}

}  // namespace weft::text
