// Rotary positions: queries and keys turned by angles that grow with their position.
#pragma once

#include <weft/autograd/graph/variable.h>

namespace weft::nn {

struct RotaryOptions {
  double base = 10000;
  // Which elements form a pair: if interleaved 2 i and 2 i + 1, as in the paper, otherwise i and i + dim / 2, as in most models.
  bool interleaved = false;
};

// Rotates each pair i of x [.., time, dim], dim even, at position t by the angle (t + offset) / base^(2 i / dim), so that the dot
// product of a rotated query and key depends only on how far apart they are. Su et al. 2021. Throws ShapeError, DtypeError.
Variable rotary_embedding(const Variable& x, std::int64_t offset = 0, const RotaryOptions& options = {},
                          Where caller = Where::here());

}  // namespace weft::nn
