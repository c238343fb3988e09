// Alignments of attention in forms that other programs read.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weft {

// "0-0 1-2": links of source and target words, each counted from 0, in the order of the target, as Pharaoh and Moses have them.
// weights [target words, source words], f32, where the last source word is </s>, which is never linked. Without a threshold each
// target word is linked to the source word of its largest weight, of equal ones the first, or to none when that is </s>; with one
// to all of at least that weight. Undefined weights give "". Throws ValueError for a threshold that is not above 0 and at most 1.
std::string pharaoh_alignment(const Tensor& weights, std::optional<double> threshold = {}, Where caller = Where::here());

// Which word each token belongs to, from 0, where a token that ends in "@@" is a piece of a word that goes on: unit bpe.
std::vector<std::int64_t> words_of_pieces(std::span<const std::string> pieces);

// Weights between words, [target words, source words], of weights [target tokens, source tokens] between tokens, f32, and the
// word of each token, rising by at most 1: what a word's tokens look at in the mean, and of what is looked at the sum. Throws
// ShapeError.
Tensor word_weights(const Tensor& weights, std::span<const std::int64_t> source_words, std::span<const std::int64_t> target_words,
                    Where caller = Where::here());

// {"source":["a","b","</s>"],"target":["c"],"weights":[[0.7,0.2,0.1]]}: a row of weights for each target word, each number in the
// fewest digits that give the same f32. weights [target, source], f32; undefined ones give no rows. Throws ShapeError.
std::string json_alignment(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                           Where caller = Where::here());

}  // namespace weft
