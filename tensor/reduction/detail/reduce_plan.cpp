#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>

#include <bit>
#include <optional>

namespace weft {

namespace {

struct Joined {
  std::int64_t size = 1, stride = 1;
};

// Returns axes begin .. end-1 joined into one, if their strides allow it. Axes of size 1 always fit.
std::optional<Joined> join(const Tensor& x, int begin, int end) {
  Joined joined;
  bool first = true;
  for (int axis = end - 1; axis >= begin; --axis) {
    if (x.shape()[axis] == 1) continue;
    if (first)
      joined.stride = x.strides()[axis];
    else if (x.strides()[axis] != joined.stride * joined.size)
      return std::nullopt;
    first = false;
    joined.size *= x.shape()[axis];
  }
  return joined;
}

// Moves the kept axes to the front, unless the reduced ones are already adjacent.
Tensor in_order(const Tensor& x, unsigned mask) {
  const int first = std::countr_zero(mask), count = std::popcount(mask);
  if (mask == 0 || mask >> first == (1u << count) - 1) return x;
  std::array<int, kMaxDims> order{};
  std::size_t at = 0;
  for (unsigned reduced : {0u, 1u})
    for (int axis = 0; axis < x.dims(); ++axis)
      if ((mask >> axis & 1u) == reduced) order[at++] = axis;
  return permute(x, std::span<const int>(order.data(), at));
}

}  // namespace

ReducePlan::ReducePlan(const Tensor& input, unsigned mask) : x(in_order(input, mask)) {
  const int dims = x.dims(), count = std::popcount(mask);
  const int begin = mask == 0                                             ? dims
                    : mask >> std::countr_zero(mask) == (1u << count) - 1 ? std::countr_zero(mask)
                                                                          : dims - count;
  const int end = begin + count;
  rows = end == dims;

  std::optional<Joined> middle = join(x, begin, end), last = join(x, end, dims);
  const bool fits =
      rows ? middle && (middle->size == 1 || middle->stride == 1) : middle && last && (last->size == 1 || last->stride == 1);
  if (!fits) {
    x = contiguous(x);
    middle = join(x, begin, end);
    last = join(x, end, dims);
  }
  reduced = middle->size;
  reduced_stride = middle->stride;
  inner = last->size;

  outer = 1;
  for (int axis = 0; axis < begin; ++axis) {
    const std::int64_t size = x.shape()[axis], stride = x.strides()[axis];
    outer *= size;
    if (size == 1) continue;
    const int top = outer_shape.dims() - 1;
    if (top >= 0 && outer_strides[top] == stride * size) {
      outer_shape[top] *= size;
      outer_strides[top] = stride;
    } else {
      outer_shape.push_back(size);
      outer_strides.push_back(stride);
    }
  }
}

std::int64_t ReducePlan::offset(std::int64_t index) const {
  std::int64_t at = 0;
  for (int axis = outer_shape.dims() - 1; axis >= 0; --axis) {
    at += index % outer_shape[axis] * outer_strides[axis];
    index /= outer_shape[axis];
  }
  return at;
}

std::int64_t ReducePlan::steps(std::int64_t index) const {
  return outer_shape.dims() ? outer_shape.back() - index % outer_shape.back() : 1;
}

}  // namespace weft
