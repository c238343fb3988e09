// A sentence pair with what the decoder looked at for each word it wrote.
#pragma once

#include <weft/models/charts/html_writer.h>
#include <weft/tensor/array/tensor.h>

#include <string>
#include <vector>

namespace weft::report {

struct AlignedPair {
  std::vector<std::string> source, target;  // tokens
  Tensor weights;                           // [target, source], f32 or f64
  std::string note;                         // below the picture: a score, where it comes from; may be empty
};

// A heatmap for each pair: source words in columns (from right to left where they are written so), target words in rows, the
// weights on hover. Pairs without weights are left out. Throws ShapeError.
void write_html(HtmlWriter& html, const std::vector<AlignedPair>& pairs);

}  // namespace weft::report
