// The simplest definition of a tensor: element by element, from the index.
#pragma once

#include <weft/autograd/check/op_check.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/lengths.h>

#include <vector>

namespace weft {

using Index = std::vector<std::int64_t>;

// Returns the element at `index` of a contiguous f64 tensor.
inline double element(const Tensor& x, const Index& index) {
  std::int64_t at = 0;
  for (int axis = 0; axis < x.dims(); ++axis) at = at * x.shape()[axis] + index[static_cast<std::size_t>(axis)];
  return x.span<double>()[static_cast<std::size_t>(at)];
}

// Returns the f64 tensor whose element at each index is f(index).
template <class F>
Tensor by_index(const Shape& shape, F f) {
  Tensor result(shape, DType::f64);
  Index index(static_cast<std::size_t>(shape.dims()));
  for (double& value : result.write<double>()) {
    value = f(static_cast<const Index&>(index));
    for (auto axis = index.size(); axis-- > 0;) {
      if (++index[axis] < shape[static_cast<int>(axis)]) break;
      index[axis] = 0;
    }
  }
  return result;
}

// Returns an f64 tensor of sums. Calls add(index, to) for every index of `over`; to(index) is the element to add to.
template <class F>
Tensor summed(const Shape& shape, const Shape& over, F add) {
  Tensor result = by_index(shape, [](const Index&) { return 0.0; });
  double* data = result.output<double>();
  auto to = [&](const Index& index) -> double& {
    std::int64_t at = 0;
    for (int axis = 0; axis < shape.dims(); ++axis) at = at * shape[axis] + index[static_cast<std::size_t>(axis)];
    return data[at];
  };
  by_index(over, [&](const Index& index) {
    add(index, to);
    return 0.0;
  });
  return result;
}

// Returns OpRow::uncounted for an op whose first input has its time along `axis` and whose last input is the lengths.
inline TensorFunction behind_lengths(int axis) {
  return [axis](const std::vector<Tensor>& x) {
    std::vector<Tensor> masks(x.size());
    masks[0] = logical_not(expand(length_mask_along(x.back(), x[0].shape(), axis), x[0].shape()));
    return masks;
  };
}

inline OpRow with_uncounted(OpRow row, TensorFunction uncounted) {
  row.uncounted = std::move(uncounted);
  return row;
}

}  // namespace weft
