// Comparisons and logic. Results are bool tensors; arguments broadcast and may be of any dtypes, which are compared exactly, as
// are denormals. A number is rounded to a floating tensor's dtype, and compared as it is with integers. Throws ShapeError.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/array/tensor.h>

namespace weft {

Tensor equal(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor not_equal(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor less(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor less_equal(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor greater(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor greater_equal(const Tensor& a, const Tensor& b, Where where = Where::here());

// Whether each element is not 0, then the rule.
Tensor logical_not(const Tensor& a, Where where = Where::here());
Tensor logical_and(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor logical_or(const Tensor& a, const Tensor& b, Where where = Where::here());
Tensor logical_xor(const Tensor& a, const Tensor& b, Where where = Where::here());

Tensor operator==(AtExactly<Tensor> a, At<Tensor> b);  // both are converted, so that C++20 has no better reversed form
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
