// Plain loops over two broadcast tensors, for comparisons and integers.
#pragma once

#include <weft/tensor/array/detail/loop.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/parallel.h>

namespace weft {

// Computes result = rule(a, b) element by element. A and B are the C++ types of the arguments, To is that of the result. Throws
// ShapeError if the shapes do not broadcast.
template <class To, class A, class B = A, class Rule>
Tensor pairwise(const char* op, const Tensor& a, const Tensor& b, Where caller, Rule rule) {
  OpScope profile(op, caller, a, b);
  Shape shape = broadcast_shapes(op, a.shape(), b.shape(), caller);
  Tensor result(shape, dtype_of<To>());
  if (shape.numel() == 0) return result;
  Loop<3> loop(shape, {result.strides(), expand(a, shape).strides(), expand(b, shape).strides()});
  const A* from_a = a.data<A>(caller);
  const B* from_b = b.data<B>(caller);
  To* to = result.output<To>();
  auto run = [&](std::int64_t row, std::int64_t begin, std::int64_t end) {
    auto at = loop.offset(row);
    To* out = to + at[0];
    const A* x = from_a + at[1];
    const B* y = from_b + at[2];
    std::int64_t step_x = loop.stride(1), step_y = loop.stride(2);
    if (step_x == 1 && step_y == 1) {
      for (std::int64_t i = begin; i < end; ++i) out[i] = rule(x[i], y[i]);
    } else if (step_x == 1 && step_y == 0) {
      for (std::int64_t i = begin; i < end; ++i) out[i] = rule(x[i], *y);
    } else {
      for (std::int64_t i = begin; i < end; ++i) out[i] = rule(x[i * step_x], y[i * step_y]);
    }
  };
  constexpr std::int64_t kGrain = 1 << 14;
  std::int64_t columns = loop.columns();
  if (loop.rows() == 1)
    parallel_for(columns, kGrain, [&](std::int64_t begin, std::int64_t end) { run(0, begin, end); });
  else
    parallel_for(loop.rows(), std::max<std::int64_t>(1, kGrain / columns), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) run(row, 0, columns);
    });
  return result;
}

}  // namespace weft
