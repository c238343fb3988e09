// A shape seen as [outer, size, inner] around one axis.
#pragma once

#include <weft/tensor/base/shape.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>

namespace weft {

struct Blocks {
  std::int64_t outer = 1, size, inner = 1;

  Blocks(const Shape& shape, int axis) : size(shape[axis]) {
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    for (int i = axis + 1; i < shape.dims(); ++i) inner *= shape[i];
  }

  // Calls fn(block, first, last) on ranges of the inner axis that together cover all columns [outer, inner], split over the
  // threads; each column belongs to one call.
  template <class F>
  void for_columns(std::int64_t grain, F fn) const {
    parallel_for(outer * inner, grain, [&](std::int64_t begin, std::int64_t end) {
      while (begin < end) {
        std::int64_t block = begin / inner, first = begin % inner, last = std::min(inner, first + end - begin);
        fn(block, first, last);
        begin += last - first;
      }
    });
  }
};

}  // namespace weft
