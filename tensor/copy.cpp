#include <weft/tensor/copy.h>
#include <weft/tensor/loop.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/views.h>

#include <cstring>

namespace weft {

namespace {

// One row: both sides step by their own stride.
template <class To, class From>
void copy_row(To* to, std::int64_t to_stride, const From* from, std::int64_t from_stride, std::int64_t count) {
  if (std::is_same_v<To, From> && to_stride == 1 && from_stride == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(To));
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) to[i * to_stride] = static_cast<To>(from[i * from_stride]);
}

template <class To, class From>
void copy_elements(To* to, const Tensor& target, const From* from, const Tensor& source) {
  Loop<2> loop(target.shape(), {target.strides(), source.strides()});
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
  if (to.numel() == 0) return;
  visit(to.dtype(), [&](auto a) {
    visit(from.dtype(),
          [&](auto b) { copy_elements(to.output<decltype(a)>(), to, reinterpret_cast<const decltype(b)*>(from.raw()), from); });
  });
}

}  // namespace

Tensor clone(const Tensor& x) {
  Tensor result(x.shape(), x.dtype());
  copy_all(result, x);
  return result;
}

Tensor contiguous(const Tensor& x) { return x.is_contiguous() ? x : clone(x); }

Tensor cast(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  Tensor result(x.shape(), dtype);
  copy_all(result, x);
  return result;
}

void copy_to(Tensor& to, const Tensor& from, Where where) {
  Tensor source = expand(from, to.shape(), where);
  if (source.storage() == to.storage()) source = clone(source);  // views may overlap
  to.touch(where);
  copy_all(to, source);
}

}  // namespace weft
