// Sentence pairs made from a small English-French grammar: data for a translator without any file.
#pragma once

#include <weft/models/data/files.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::text {

struct PairLengths {
  std::size_t min_words = 3;  // of the English sentence, the full stop included; at least 3
  std::size_t max_words = 45;
};

// `count` different English sentences and their French, both in lower case and tokenised as tokenize() does it (l' homme, n'
// est):
//     the tired nurse did not see any horses near the king 's castle .
//     l' infirmière fatiguée n' a pas vu de chevaux près du château du roi .
// Lengths are spread evenly between the bounds, as far as there are different sentences of a length. The French asks for
// agreement in gender, number and person, adjectives before and after their noun, negation, object pronouns before the verb,
// three tenses with agreeing participles, relative, temporal, conditional and that-clauses, elision and contraction. "You" is tu.
// The English sentence determines the French one. The pairs depend on the seed and the lengths alone; fewer pairs are the
// beginning of more. Throws ValueError when the bounds are not 3 <= min_words <= max_words, or leave too few different sentences.
std::vector<TextPair> generate_pairs(std::size_t count, std::uint64_t seed, const PairLengths& lengths = {});

}  // namespace weft::text
