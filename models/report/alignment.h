// Attention weights as text.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <span>
#include <string>

namespace weft {

// Returns one line per target word: the word, a block for each source word that is fuller for a larger weight, and the source
// word with the largest weight, with that weight (omitted for an empty source). weights [target words, source words], f32 or f64;
// NaN counts as 0. Throws ShapeError.
//
//     la      █░·   the 0.91
//     maison  ·░█   house 0.88
std::string alignment_picture(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                              Where caller = Where::here());

}  // namespace weft
