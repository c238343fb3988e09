// Comparisons and logic. Results are bool tensors. Arguments broadcast and may have any dtypes; values are compared exactly,
// denormals included. A number is rounded to the dtype of a floating tensor, and compared exactly with integers. Throws
// ShapeError.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/array/tensor.h>

namespace weft {

Tensor equal(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor not_equal(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor less(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor less_equal(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor greater(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor greater_equal(const Tensor& a, const Tensor& b, Where caller = Where::here());

// These treat each element that is not 0 as true.
Tensor logical_not(const Tensor& a, Where caller = Where::here());
Tensor logical_and(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor logical_or(const Tensor& a, const Tensor& b, Where caller = Where::here());
Tensor logical_xor(const Tensor& a, const Tensor& b, Where caller = Where::here());

Tensor operator==(AtExactly<Tensor> a, At<Tensor> b);  // both are converted, so that C++20's reversed form is not a better match
Tensor operator==(const Tensor& a, AtNumber b);
Tensor operator!=(const Tensor& a, At<Tensor> b);
Tensor operator!=(const Tensor& a, AtNumber b);
Tensor operator<(const Tensor& a, At<Tensor> b);
Tensor operator<(const Tensor& a, AtNumber b);
Tensor operator<=(const Tensor& a, At<Tensor> b);
Tensor operator<=(const Tensor& a, AtNumber b);
Tensor operator>(const Tensor& a, At<Tensor> b);
Tensor operator>(const Tensor& a, AtNumber b);
Tensor operator>=(const Tensor& a, At<Tensor> b);
Tensor operator>=(const Tensor& a, AtNumber b);
Tensor operator==(AtNumber a, const Tensor& b);
Tensor operator!=(AtNumber a, const Tensor& b);
Tensor operator<(AtNumber a, const Tensor& b);
Tensor operator<=(AtNumber a, const Tensor& b);
Tensor operator>(AtNumber a, const Tensor& b);
Tensor operator>=(AtNumber a, const Tensor& b);

}  // namespace weft
