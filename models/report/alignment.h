// Where a decoder looked, as text.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <span>
#include <string>

namespace weft {

// One line per target word: the word, a block for each source word that is the fuller the more weight it has, and the source word
// of the largest weight with that weight, which an empty source leaves out. weights [target words, source words], f32 or f64;
// those that are NaN count as 0. Throws ShapeError.
//
//     la      █░·   the 0.91
//     maison  ·░█   house 0.88
std::string alignment_picture(std::span<const std::string> source, std::span<const std::string> target, const Tensor& weights,
                              Where where = Where::here());

}  // namespace weft
