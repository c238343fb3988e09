// How a reduction walks through memory; shared by the files that reduce.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>

namespace weft {

// x seen as [outer..., reduced, inner]: element (o, r, i) is at offset(o) + r * reduced_stride + i. If the reduced axes come
// last, inner is 1, reduced_stride is 1 and `rows` is true. The result is [outer, inner], row-major. The form depends only on the
// axes, never on sizes or strides, so that a batch of one takes the same path as any other.
struct ReducePlan {
  // Copies x if its axes are in another order or its strides do not fit.
  ReducePlan(const Tensor& x, unsigned mask);

  std::int64_t offset(std::int64_t outer_index) const;
  // The number of outer indices, from this one on, that are outer_stride() apart.
  std::int64_t steps(std::int64_t outer_index) const;
  std::int64_t outer_stride() const { return outer_strides.dims() ? outer_strides.back() : 0; }
  template <class T>
  const T* data() const {
    return reinterpret_cast<const T*>(x.raw());
  }

  Tensor x;
  bool rows;
  Shape outer_shape, outer_strides;
  std::int64_t outer, reduced, reduced_stride, inner;
};

// Calls f(i) for i = 0 .. count-1, split over threads; one call handles about `size` elements.
template <class F>
void parallel_units(std::int64_t count, std::int64_t size, F f) {
  constexpr std::int64_t kWork = 1 << 14;
  parallel_for(count, std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(size, 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) f(i);
               });
}

// Calls f(begin, count) on runs of evenly spaced outer indices, split over threads.
template <class F>
void parallel_outer(const ReducePlan& plan, F f) {
  constexpr std::int64_t kWork = 1 << 14;
  parallel_for(plan.outer, std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(plan.reduced, 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 while (begin < end) {
                   const std::int64_t count = std::min(end - begin, plan.steps(begin));
                   f(begin, count);
                   begin += count;
                 }
               });
}

}  // namespace weft
