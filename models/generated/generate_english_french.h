// Generates sentence pairs from a small English-French grammar, for a translator. No file is needed.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct PairLengths {
  std::size_t min_words = 3;  // of the English sentence, including the full stop; at least 3
  std::size_t max_words = 45;
};

// Returns `count` different English sentences with their French translations, both in lower case and tokenised as by tokenize()
// (l' homme, n' est):
//     the tired nurse did not see any horses near the king 's castle .
//     l' infirmière fatiguée n' a pas vu de chevaux près du château du roi .
// Lengths are spread evenly between the bounds, as far as there are enough different sentences of each length. The French
// sentences have agreement in gender, number and person, adjectives before and after their noun, negation, object pronouns before
// the verb, three tenses with agreeing participles, relative, temporal, conditional and that-clauses, elision and contraction.
// "You" is tu. The English sentence determines the French one. The pairs depend only on the seed and the lengths; a smaller count
// gives the beginning of the same list. Throws ValueError unless 3 <= min_words <= max_words, or if there are too few different
// sentences.
std::vector<TextPair> generate_pairs(std::size_t count, std::uint64_t seed, const PairLengths& lengths = {});

}  // namespace weft::text
