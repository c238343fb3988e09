// max, min, argmax, argmin.
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/kernels/reduce.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>
#include <weft/tensor/reduction/reduce.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>

namespace weft {

using kernels::Extreme;
using kernels::kColumnBlock;
using kernels::kColumnTile;
using kernels::kRowBlock;
using kernels::ReduceKernel;
using kernels::Rows;

namespace {

enum class Wanted { values, positions };

// The memory for the results of one block.
template <class T>
struct Found {
  T* values;
  std::int64_t* positions;  // may be null

  Found operator+(std::int64_t at) const { return {values + at, positions ? positions + at : nullptr}; }
};

template <class T>
void extreme_rows(const Rows<T>& x, Extreme which, Found<T> to) {
  best<ReduceKernel>([&](auto kernel) { kernel.extreme_rows(x, which, to.values, to.positions); });
}
template <class T>
void extreme_columns(const Rows<T>& x, Extreme which, Found<T> to) {
  best<ReduceKernel>([&](auto kernel) { kernel.extreme_columns(x, which, to.values, to.positions); });
}

template <class T>
bool replaces(Extreme which, T x, T best) {
  return which == Extreme::largest ? kernels::replaces<Extreme::largest>(x, best) : kernels::replaces<Extreme::smallest>(x, best);
}

// Combines the results of blocks [outer, blocks, inner]; positions in block b count from b * size.
template <class T>
void best_of_blocks(Found<T> blocks, std::int64_t outer, std::int64_t count, std::int64_t inner, std::int64_t size, Extreme which,
                    Found<T> to) {
  parallel_units(outer, count * inner, [&](std::int64_t o) {
    const Found<T> first = blocks + o * count * inner, best = to + o * inner;
    std::copy_n(first.values, inner, best.values);
    if (to.positions) std::copy_n(first.positions, inner, best.positions);
    for (std::int64_t b = 1; b < count; ++b) {
      const Found<T> next = first + b * inner;
      for (std::int64_t i = 0; i < inner; ++i) {
        if (!replaces(which, next.values[i], best.values[i])) continue;
        best.values[i] = next.values[i];
        if (to.positions) best.positions[i] = b * size + next.positions[i];
      }
    }
  });
}

// Calls block(o, b, to) for each outer index and block, and combines the results of the blocks.
template <class T, class Block>
void in_blocks(const ReducePlan& plan, std::int64_t size, Extreme which, Found<T> to, Block block) {
  const std::int64_t blocks = (plan.reduced + size - 1) / size;
  Tensor values, positions;
  Found<T> found = to;
  if (blocks > 1) {
    values = Tensor({plan.outer, blocks, plan.inner}, dtype_of<T>());
    if (to.positions) positions = Tensor(values.shape(), DType::i64);
    found = {values.output<T>(), to.positions ? positions.output<std::int64_t>() : nullptr};
  }
  parallel_units(plan.outer * blocks, std::min(plan.reduced, size) * plan.inner,
                 [&](std::int64_t unit) { block(unit / blocks, unit % blocks, found + unit * plan.inner); });
  if (blocks > 1) best_of_blocks(found, plan.outer, blocks, plan.inner, size, which, to);
}

template <class T>
void floating_extreme(const ReducePlan& plan, Extreme which, Found<T> to) {
  const T* data = plan.data<T>();
  if (plan.rows && plan.reduced <= kRowBlock)
    return parallel_outer(plan, [&](std::int64_t o, std::int64_t count) {
      extreme_rows<T>({data + plan.offset(o), count, plan.reduced, plan.outer_stride()}, which, to + o);
    });
  if (plan.rows)
    return in_blocks(plan, kRowBlock, which, to, [&](std::int64_t o, std::int64_t block, Found<T> found) {
      const std::int64_t begin = block * kRowBlock;
      extreme_rows<T>({data + plan.offset(o) + begin, 1, std::min(plan.reduced - begin, kRowBlock), 0}, which, found);
    });
  in_blocks(plan, kColumnBlock, which, to, [&](std::int64_t o, std::int64_t block, Found<T> found) {
    const std::int64_t row = block * kColumnBlock;
    for (std::int64_t column = 0; column < plan.inner; column += kColumnTile)
      extreme_columns<T>({data + plan.offset(o) + row * plan.reduced_stride + column, std::min(plan.reduced - row, kColumnBlock),
                          std::min(plan.inner - column, kColumnTile), plan.reduced_stride},
                         which, found + column);
  });
}

template <class T>
void integer_extreme(const ReducePlan& plan, Extreme which, Found<T> to) {
  parallel_units(plan.outer * plan.inner, plan.reduced, [&](std::int64_t at) {
    const T* x = plan.data<T>() + plan.offset(at / plan.inner) + at % plan.inner;
    std::int64_t best = 0;
    for (std::int64_t r = 1; r < plan.reduced; ++r)
      if (replaces(which, x[r * plan.reduced_stride], x[best * plan.reduced_stride])) best = r;
    to.values[at] = x[best * plan.reduced_stride];
    if (to.positions) to.positions[at] = best;
  });
}

Extremes extremes(const char* op, const Tensor& x, const Axes& axes, bool keepdim, Extreme which, Wanted wanted, Where caller) {
  OpScope profile(op, caller, x);
  const unsigned mask = axis_mask(op, axes, x, caller);
  check<ShapeError>(reduced_count(x.shape(), mask) > 0, caller, op, ": no elements to choose from in ", x.shape());
  const Shape shape = reduced_shape(x.shape(), mask, keepdim);
  Extremes result{Tensor(shape, x.dtype()), wanted == Wanted::positions ? Tensor(shape, DType::i64) : Tensor()};
  const ReducePlan plan(x, mask);
  const KeepDenormals exact;  // denormals are not equal to 0
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    const Found<T> to{result.values.output<T>(), wanted == Wanted::positions ? result.indices.output<std::int64_t>() : nullptr};
    if constexpr (std::is_floating_point_v<T>)
      floating_extreme(plan, which, to);
    else
      integer_extreme(plan, which, to);
  });
  return result;
}

}  // namespace

Tensor max(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("max", x, axes, keepdim, Extreme::largest, Wanted::values, caller).values;
}
Tensor min(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("min", x, axes, keepdim, Extreme::smallest, Wanted::values, caller).values;
}
Tensor argmax(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("argmax", x, axes, keepdim, Extreme::largest, Wanted::positions, caller).indices;
}
Tensor argmin(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("argmin", x, axes, keepdim, Extreme::smallest, Wanted::positions, caller).indices;
}
Tensor position_mask(const Tensor& positions, const Shape& shape, unsigned mask) {
  Tensor result = zeros(shape, DType::boolean);
  bool* to = result.output<bool>();
  const auto chosen = contiguous(positions);
  const Shape strides = row_major_strides(shape);
  for (std::int64_t i = 0; i < chosen.numel(); ++i) {
    std::int64_t kept = i, reduced = chosen.data<std::int64_t>()[i], at = 0;
    for (int axis = shape.dims() - 1; axis >= 0; --axis) {
      std::int64_t& index = mask >> axis & 1u ? reduced : kept;
      at += index % shape[axis] * strides[axis];
      index /= shape[axis];
    }
    to[at] = true;
  }
  return result;
}

Extremes max_with_indices(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("max", x, axes, keepdim, Extreme::largest, Wanted::positions, caller);
}
Extremes min_with_indices(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  return extremes("min", x, axes, keepdim, Extreme::smallest, Wanted::positions, caller);
}

}  // namespace weft
