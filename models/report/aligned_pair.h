// A sentence pair with the source words that the decoder attended to for each output word.
#pragma once

#include <weft/models/charts/html_writer.h>
#include <weft/tensor/array/tensor.h>

#include <string>
#include <vector>

namespace weft::report {

struct AlignedPair {
  std::vector<std::string> source, target;  // tokens
  Tensor weights;                           // [target, source], f32 or f64
  std::string note;                         // below the picture: a score, its origin; may be empty
};

// Draws a heatmap for each pair: source words in columns (from right to left for such scripts), target words in rows, the weights
// on hover. Pairs without weights are omitted. Throws ShapeError.
void write_html(HtmlWriter& html, const std::vector<AlignedPair>& pairs);

}  // namespace weft::report
