// What kind of number each element is, and whether two elements are close.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <optional>

namespace weft {

// Each returns a bool tensor. Integers are never NaN or infinite. Throws ValueError for an undefined tensor.
Tensor isnan(const Tensor& x, Where caller = Where::here());
Tensor isinf(const Tensor& x, Where caller = Where::here());
Tensor isfinite(const Tensor& x, Where caller = Where::here());
// Whether |a - b| <= absolute + relative |b|, element by element; equal infinities are close, NaN is close to nothing.
// Differences of integers are exact. Arguments broadcast; throws ShapeError. all_close() of compare.h answers for whole tensors.
Tensor isclose(const Tensor& a, const Tensor& b, double relative = 1e-5, double absolute = 1e-8, Where caller = Where::here());

// What nan_to_num() puts in the places of NaN and infinities.
struct NanReplacements {
  double nan = 0;
  std::optional<double> posinf = {}, neginf = {};  // the largest and smallest numbers of the dtype if they are left out
};
// x with NaN and infinities replaced; integers stay as they are.
Tensor nan_to_num(const Tensor& x, const NanReplacements& replacements = {}, Where caller = Where::here());

}  // namespace weft
