#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/kernels/reduce.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

using kernels::kColumnBlock;
using kernels::kColumnTile;
using kernels::kRowBlock;
using kernels::ReduceKernel;
using kernels::Rows;

unsigned axis_mask(const char* op, const Axes& axes, const Tensor& x, Where caller) {
  check_defined(op, x, caller);
  if (axes.empty()) return (1u << x.dims()) - 1;
  unsigned mask = 0;
  for (int axis : axes) {
    unsigned bit = 1u << normalize_axis(op, axis, std::max(x.dims(), 1), caller);
    check<ValueError>(!(mask & bit), caller, op, ": axis ", axis, " is given twice");
    mask |= bit;
  }
  return x.dims() == 0 ? 0 : mask;  // the axis 0 or -1 that a scalar accepts is not one of its own
}

Shape reduced_shape(const Shape& shape, unsigned mask, bool keepdim) {
  Shape result;
  for (int i = 0; i < shape.dims(); ++i) {
    bool reduced = mask >> i & 1u;
    if (!reduced || keepdim) result.push_back(reduced ? 1 : shape[i]);
  }
  return result;
}

std::int64_t reduced_count(const Shape& shape, unsigned mask) {
  std::int64_t count = 1;
  for (int i = 0; i < shape.dims(); ++i)
    if (mask >> i & 1u) count *= shape[i];
  return count;
}

namespace {

// x [outer, reduced, inner], of which the first lengths[o] positions of outer index o count, or all.
template <class T>
struct Summands {
  const ReducePlan& plan;
  const std::int64_t* lengths;

  std::int64_t length(std::int64_t o) const { return lengths ? lengths[o] : plan.reduced; }
  // Returns how many of the rows [begin, begin + size) of the reduced axis count.
  std::int64_t part(std::int64_t o, std::int64_t begin, std::int64_t size) const {
    return std::clamp<std::int64_t>(length(o) - begin, 0, size);
  }
};

template <class T>
void sum_rows(const Rows<T>& x, T* sums) {
  best<ReduceKernel>([&](auto kernel) { kernel.sum_rows(x, sums); });
}
template <class T>
void sum_columns(const Rows<T>& x, T* sums) {
  best<ReduceKernel>([&](auto kernel) { kernel.sum_columns(x, sums); });
}

template <class T>
void add_up(const Summands<T>& x, T* to);

// Adds the sums of blocks: [outer, blocks, inner].
template <class T>
void add_up_blocks(const ReducePlan& plan, const Tensor& sums, T* to) {
  const ReducePlan rest(sums, plan.rows ? 0b10u : 0b010u);
  add_up<T>({rest, nullptr}, to);
}

template <class T>
void add_up_rows(const Summands<T>& x, T* to) {
  const ReducePlan& plan = x.plan;
  const std::int64_t blocks = (plan.reduced + kRowBlock - 1) / kRowBlock;
  if (blocks <= 1 && !x.lengths)
    return parallel_outer(plan, [&](std::int64_t o, std::int64_t count) {
      sum_rows<T>({plan.data<T>() + plan.offset(o), count, plan.reduced, plan.outer_stride()}, to + o);
    });
  Tensor sums({plan.outer, std::max<std::int64_t>(blocks, 1)}, dtype_of<T>());
  parallel_units(sums.numel(), std::min(plan.reduced, kRowBlock), [&](std::int64_t unit) {
    const std::int64_t o = unit / sums.shape()[1], begin = unit % sums.shape()[1] * kRowBlock;
    sum_rows<T>({plan.data<T>() + plan.offset(o) + begin, 1, x.part(o, begin, kRowBlock), 0}, sums.output<T>() + unit);
  });
  add_up_blocks(plan, sums, to);
}

template <class T>
void add_up_columns(const Summands<T>& x, T* to) {
  const ReducePlan& plan = x.plan;
  const std::int64_t blocks = std::max<std::int64_t>((plan.reduced + kColumnBlock - 1) / kColumnBlock, 1);
  const std::int64_t tiles = (plan.inner + kColumnTile - 1) / kColumnTile;
  Tensor sums;
  if (blocks > 1) sums = Tensor({plan.outer, blocks, plan.inner}, dtype_of<T>());
  T* block_sums = blocks > 1 ? sums.output<T>() : to;
  const std::int64_t size = std::min(plan.reduced, kColumnBlock) * std::min(plan.inner, kColumnTile);
  parallel_units(plan.outer * blocks * tiles, size, [&](std::int64_t unit) {
    const std::int64_t column = unit % tiles * kColumnTile, part = unit / tiles;
    const std::int64_t o = part / blocks, row = part % blocks * kColumnBlock;
    sum_columns<T>({plan.data<T>() + plan.offset(o) + row * plan.reduced_stride + column, x.part(o, row, kColumnBlock),
                    std::min(plan.inner - column, kColumnTile), plan.reduced_stride},
                   block_sums + part * plan.inner + column);
  });
  if (blocks > 1) add_up_blocks(plan, sums, to);
}

template <class T>
void add_up(const Summands<T>& x, T* to) {
  x.plan.rows ? add_up_rows(x, to) : add_up_columns(x, to);
}

// Sums as unsigned, where overflow wraps.
template <class T>
void count_up(const ReducePlan& plan, std::int64_t* to) {
  parallel_units(plan.outer, plan.reduced * plan.inner, [&](std::int64_t o) {
    std::int64_t* totals = to + o * plan.inner;
    std::fill(totals, totals + plan.inner, 0);
    for (std::int64_t r = 0; r < plan.reduced; ++r) {
      const T* row = plan.data<T>() + plan.offset(o) + r * plan.reduced_stride;
      for (std::int64_t i = 0; i < plan.inner; ++i)
        totals[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(totals[i]) + static_cast<std::uint64_t>(row[i]));
    }
  });
}

template <class T>
void divide(Tensor& x, double count) {
  T* values = x.output<T>();
  const T divisor = static_cast<T>(count);
  parallel_for(x.numel(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) values[i] /= divisor;
  });
}

}  // namespace

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  OpScope profile("sum", caller, x);
  const unsigned mask = axis_mask("sum", axes, x, caller);
  Tensor result(reduced_shape(x.shape(), mask, keepdim), is_floating(x.dtype()) ? x.dtype() : DType::i64);
  const ReducePlan plan(x, mask);
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_floating_point_v<T>)
      add_up<T>({plan, nullptr}, result.output<T>());
    else
      count_up<T>(plan, result.output<std::int64_t>());
  });
  return result;
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim, Where caller) {
  OpScope profile("mean", caller, x);
  const unsigned mask = axis_mask("mean", axes, x, caller);
  if (!is_floating(x.dtype()))  // sums of integers are never rounded
    return cast(cast(sum(x, axes, keepdim, caller), DType::f64) / static_cast<double>(reduced_count(x.shape(), mask)),
                DType::f32);
  return visit_floating("mean", x.dtype(), caller, [&](auto type) {
    Tensor result = sum(x, axes, keepdim, caller);
    divide<decltype(type)>(result, static_cast<double>(reduced_count(x.shape(), mask)));
    return result;
  });
}

Tensor mean(const Tensor& numbers, const Tensor& lengths, Where caller) {
  OpScope profile("mean", caller, numbers, lengths);
  check_defined("mean", numbers, caller);
  const Tensor x = cast(numbers, real_type(numbers.dtype()));
  check<ShapeError>(x.dims() >= 2, caller, "mean: lengths require [batch, time, ...], not ", x.shape());
  const Tensor checked = checked_lengths("mean", lengths, x.shape()[0], x.shape()[1], caller);
  const auto* counts = checked.data<std::int64_t>();
  Tensor result(reduced_shape(x.shape(), 0b10, false), x.dtype());
  const ReducePlan plan(x, 0b10);
  visit_floating("mean", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    add_up<T>({plan, counts}, to);
    parallel_units(plan.outer, plan.inner, [&](std::int64_t o) {
      const T count = static_cast<T>(std::max<std::int64_t>(counts[o], 1));
      for (std::int64_t i = 0; i < plan.inner; ++i) to[o * plan.inner + i] /= count;
    });
  });
  return result;
}

Tensor mean_weights(const Tensor& lengths, std::int64_t time, int dims, DType dtype) {
  Shape shape = Shape::filled(dims, 1);
  shape[0] = lengths.numel();
  shape[1] = time;
  Tensor weights(shape, dtype);
  visit_floating("mean", dtype, {}, [&](auto type) {
    using T = decltype(type);
    T* row = weights.output<T>();
    const Tensor counts = contiguous(lengths);
    for (std::int64_t length : counts.span<std::int64_t>()) {
      std::fill(row, row + length, T(1) / static_cast<T>(std::max<std::int64_t>(length, 1)));
      std::fill(row + length, row + time, T(0));
      row += time;
    }
  });
  return weights;
}

Tensor sum_to(const Tensor& x, const Shape& shape, Where caller) {
  check_defined("sum_to", x, caller);
  Axes axes;
  int offset = x.dims() - shape.dims();
  for (int i = 0; i < x.dims(); ++i)
    if (i < offset || (shape[i - offset] == 1 && x.shape()[i] != 1)) axes.push_back(i);
  if (axes.empty()) return x;
  if (axes.end() - axes.begin() == 1 || *axes.begin() != 0) return reshape(sum(x, axes, false, caller), shape, caller);
  // Sums each example by itself, so that the zeros of the padding after its end change no bit.
  Axes inner;
  for (const int* axis = axes.begin() + 1; axis != axes.end(); ++axis) inner.push_back(*axis);
  return reshape(sum(sum(x, inner, false, caller), 0, false, caller), shape, caller);
}

}  // namespace weft
