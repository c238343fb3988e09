// Runs of neighbouring words as tokens of their own, for models that do not know the order of words.
#pragma once

#include <weft/models/text/vocabulary.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::text {

// `words`, then their runs of 2 words, of 3, up to `longest`: "a b c" -> a, b, c, "a b", "b c" for a longest of 2.
std::vector<std::string> with_ngrams(std::span<const std::string> words, std::int64_t longest);

// The most frequent words, then in the rows they leave the most frequent runs that were met twice: one that was met once says
// nothing of other texts. Throws as Vocabulary::build does.
Vocabulary build_with_ngrams(const TokenCounts& counts, const VocabularyOptions& options);

// The ids of with_ngrams without the runs that the vocabulary lacks; single words that it lacks are kUnknownId.
std::vector<std::int64_t> encode_with_ngrams(const Vocabulary& vocabulary, std::span<const std::string> words,
                                             std::int64_t longest);

// What each word weighs, from the weights of what encode_with_ngrams gave: a run's weight is shared evenly by its words. Throws
// ShapeError when there are not as many weights as ids.
std::vector<double> weights_of_words(const Vocabulary& vocabulary, std::span<const std::string> words, std::int64_t longest,
                                     std::span<const double> weights, Where where = Where::here());

}  // namespace weft::text
