// Comparisons: elementwise results are bool tensors.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/array/tensor.h>

namespace weft {

// Whether no element is a NaN or an infinity.
bool is_finite(const Tensor& x);

// Same shape, dtype and bytes.
bool equal_bits(const Tensor& a, const Tensor& b);

// Same shape, and |a - b| <= absolute + relative |b| or a = b everywhere. NaN equals nothing.
bool all_close(const Tensor& a, const Tensor& b, double relative = 1e-5, double absolute = 1e-8);

// The largest |a - b|; NaN where one is NaN. Throws ShapeError.
double max_difference(const Tensor& a, const Tensor& b, Where where = Where::here());

}  // namespace weft
