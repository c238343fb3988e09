// Alignments from attention weights, in formats that other programs read.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft {

// Returns links of source and target words, "0-0 1-2", counted from 0 in the order of the target, in the format of Pharaoh and
// Moses. weights [target words, source words], f32, where the last source word is </s>, which is never linked. Without a
// threshold, each target word is linked to the source word with the largest weight (the first of equal ones), or to none if that
// is </s>. With a threshold, it is linked to all source words with at least that weight. Undefined weights give "". Throws
// ValueError for a threshold outside (0, 1].
std::string pharaoh_alignment(const Tensor& weights, std::optional<double> threshold = {}, Where caller = Where::here());

// Returns the index of the word to which each token belongs. With unit bpe, a token that ends in "@@" is continued by the next
// token.
std::vector<std::int64_t> words_of_pieces(std::span<const std::string> pieces);

// Converts weights between tokens, f32 [target tokens, source tokens], to weights between words, [target words, source words].
// Takes the mean over the tokens of a target word and the sum over the tokens of a source word. The words of the tokens are given
// as indices that rise by at most 1. Throws ShapeError.
Tensor word_weights(const Tensor& weights, std::span<const std::int64_t> source_words, std::span<const std::int64_t> target_words,
                    Where caller = Where::here());

// Returns JSON such as {"source":["a","b","</s>"],"target":["c"],"weights":[[0.7,0.2,0.1]]}, with a row of weights for each
// target word. Each number has the fewest digits that give the same f32. weights [target, source], f32; if undefined, there are
// no rows. Throws ShapeError.
std::string json_alignment(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                           Where caller = Where::here());

}  // namespace weft
