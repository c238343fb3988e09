#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/detail/convert.h>
#include <weft/tensor/array/detail/loop.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/array/detail/transpose_copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace weft {

namespace {

constexpr std::int64_t kPlain = 8 << 10;  // bytes; up to this size a plain copy is cheaper than setting up a loop

// Copies one row; each side has its own stride.
template <class To, class From>
void copy_row(To* to, std::int64_t to_stride, const From* from, std::int64_t from_stride, std::int64_t count) {
  if (std::is_same_v<To, From> && to_stride == 1 && from_stride == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(To));
    return;
  }
  // Every f32 is exactly representable as f64, so denormals must not be flushed to 0.
  std::optional<FloatMode> exact;
  if (std::is_same_v<To, double> && std::is_same_v<From, float>) exact.emplace(true);
  for (std::int64_t i = 0; i < count; ++i) to[i * to_stride] = convert<To>(from[i * from_stride]);
}

template <std::size_t size>
using ElementOfSize = std::conditional_t<size == 1, std::uint8_t, std::conditional_t<size == 4, std::uint32_t, std::uint64_t>>;

// Copies matrices that are stored transposed in `from`, if the loop describes such a copy.
template <class T>
bool copy_transposed(T* to, const T* from, const Loop<2>& loop) {
  if (loop.rows() < 2 || loop.stride(0) != 1 || loop.row_stride(1) != 1 || loop.stride(1) == 1) return false;
  using Element = ElementOfSize<sizeof(T)>;
  const std::int64_t columns = loop.columns(), grain = std::max<std::int64_t>(64, (1 << 15) / std::max<std::int64_t>(columns, 1));
  parallel_for(loop.rows(), grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end;) {
      const std::int64_t rows = std::min(end - row, loop.rows_in_step(row));
      const auto at = loop.offset(row);
      transpose_copy(Rows<Element>{reinterpret_cast<Element*>(to + at[0]), loop.row_stride(0)},
                     Rows<const Element>{reinterpret_cast<const Element*>(from + at[1]), loop.stride(1)}, rows, columns);
      row += rows;
    }
  });
  return true;
}

// Returns a loop over both, whose axes may be in any order. Where lines of the target run across lines of the source, the
// source's contiguous axis is made the last but one, as copy_transposed expects.
Loop<2> loop_over(const Tensor& target, const Tensor& source) {
  Shape shape = target.shape(), to = target.strides(), from = source.strides();
  const int axes = shape.dims();
  if (axes > 2 && from.back() != 1)
    for (int axis = 0; axis + 2 < axes; ++axis) {
      if (from[axis] != 1 || shape[axis] == 1) continue;
      for (Shape* s : {&shape, &to, &from}) {
        const std::int64_t moved = (*s)[axis];
        s->erase(axis);
        s->insert(axes - 2, moved);
      }
      break;
    }
  return Loop<2>(shape, {to, from});
}

template <class To, class From>
void copy_elements(To* to, const Tensor& target, const From* from, const Tensor& source) {
  const Loop<2> loop = loop_over(target, source);
  if constexpr (std::is_same_v<To, From>)
    if (copy_transposed(to, from, loop)) return;
  std::int64_t columns = loop.columns();
  if (loop.rows() == 1) {
    parallel_for(columns, 1 << 15, [&](std::int64_t begin, std::int64_t end) {
      copy_row(to + begin * loop.stride(0), loop.stride(0), from + begin * loop.stride(1), loop.stride(1), end - begin);
    });
    return;
  }
  std::int64_t grain = std::max<std::int64_t>(1, (1 << 15) / std::max<std::int64_t>(columns, 1));
  parallel_for(loop.rows(), grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      auto at = loop.offset(row);
      copy_row(to + at[0], loop.stride(0), from + at[1], loop.stride(1), columns);
    }
  });
}

void copy_all(Tensor& to, const Tensor& from) {
  OpScope profile("copy", {}, from);
  const std::int64_t bytes = to.numel() * size_of(to.dtype());
  if (bytes == 0) return;
  if (bytes <= kPlain && to.dtype() == from.dtype() && to.is_contiguous() && from.is_contiguous()) {
    std::memcpy(to.raw_output(), from.raw(), static_cast<std::size_t>(bytes));
    return;
  }
  visit(to.dtype(), [&](auto a) {
    visit(from.dtype(),
          [&](auto b) { copy_elements(to.output<decltype(a)>(), to, reinterpret_cast<const decltype(b)*>(from.raw()), from); });
  });
}

}  // namespace

Tensor clone(const Tensor& x, Where caller) {
  check_defined("clone", x, caller);
  Tensor result(x.shape(), x.dtype());
  copy_all(result, x);
  return result;
}

Tensor contiguous(const Tensor& x) { return x.is_contiguous() ? x : clone(x); }

Tensor cast(const Tensor& x, DType dtype, Where caller) {
  check_defined("cast", x, caller);
  if (x.dtype() == dtype) return x;
  Tensor result(x.shape(), dtype);
  copy_all(result, x);
  return result;
}

void copy_to(Tensor& to, const Tensor& from, Where caller) {
  check_defined("copy_to", to, caller);
  Tensor source = expand(from, to.shape(), caller);
  check_own_elements("copy_to", to, caller);
  if (overlap(source, to)) source = clone(source);
  to.touch(caller);
  copy_all(to, source);
}

}  // namespace weft
