// Runs of neighbouring words as tokens of their own, for models that ignore word order.
#pragma once

#include <weft/models/text/vocabulary.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::text {

// Returns `words`, then their runs of 2 words, of 3, and so on up to `longest`: "a b c" -> a, b, c, "a b", "b c" for longest = 2.
std::vector<std::string> with_ngrams(std::span<const std::string> words, std::int64_t longest);

// Takes the most frequent words and, in the remaining rows, the most frequent runs that occur at least twice: a run that occurs
// once says nothing about other texts. Throws as Vocabulary::build does.
Vocabulary build_with_ngrams(const TokenCounts& counts, const VocabularyOptions& options);

// Returns the ids of with_ngrams without the runs that the vocabulary lacks; single words that it lacks are kUnknownId.
std::vector<std::int64_t> encode_with_ngrams(const Vocabulary& vocabulary, std::span<const std::string> words,
                                             std::int64_t longest);

// Returns the weight of each word, given the weights of the ids from encode_with_ngrams: the weight of a run is divided equally
// among its words. Throws ShapeError unless there are as many weights as ids.
std::vector<double> weights_of_words(const Vocabulary& vocabulary, std::span<const std::string> words, std::int64_t longest,
                                     std::span<const double> weights, Where caller = Where::here());

}  // namespace weft::text
