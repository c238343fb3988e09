// Comparisons of whole tensors.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/array/tensor.h>

namespace weft {

// Returns whether no element is NaN or infinite.
bool is_finite(const Tensor& x);

// Returns whether shape, dtype and bytes are the same.
bool equal_bits(const Tensor& a, const Tensor& b);

// Returns whether the shapes are the same and |a - b| <= absolute + relative |b| or a = b everywhere. NaN equals nothing.
bool all_close(const Tensor& a, const Tensor& b, double relative = 1e-5, double absolute = 1e-8);

// Returns the largest |a - b|, or NaN if any is NaN. Throws ShapeError.
double max_difference(const Tensor& a, const Tensor& b, Where caller = Where::here());

}  // namespace weft
