#include <weft/tensor/blocks.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/index.h>
#include <weft/tensor/sort.h>
#include <weft/tensor/views.h>

#include <numeric>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 12;  // elements

template <class T>
bool less_than(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a < b || (b != b && a == a);
  return a < b;
}

// Whether element i of a row comes before element j: by value, then by index.
template <class T>
struct Before {
  const T* row;
  Order order;

  bool operator()(std::int64_t i, std::int64_t j) const {
    T a = row[i], b = row[j];
    if (order == Order::descending) std::swap(a, b);
    return less_than(a, b) || (!less_than(b, a) && i < j);
  }
};

template <class T>
void sort_row(Before<T> before, std::int64_t size, std::int64_t* to) {
  std::iota(to, to + size, std::int64_t{0});
  std::sort(to, to + size, before);
}

// A heap of the k first so far; its root is the last of them.
template <class T>
void top_row(Before<T> before, std::int64_t size, std::int64_t k, std::int64_t* to) {
  if (k == 0) return;
  std::iota(to, to + k, std::int64_t{0});
  std::make_heap(to, to + k, before);
  for (std::int64_t i = k; i < size; ++i) {
    if (!before(i, to[0])) continue;
    std::pop_heap(to, to + k, before);
    to[k - 1] = i;
    std::push_heap(to, to + k, before);
  }
  std::sort_heap(to, to + k, before);
}

// Indices [.., k along the axis, ..] of the k first elements.
Tensor order_along(const Tensor& x, std::int64_t k, int axis, Order order) {
  Tensor rows = contiguous(transpose(x, axis, -1));
  std::int64_t size = x.shape()[axis];
  Shape shape = rows.shape();
  shape[x.dims() - 1] = k;
  Tensor result(shape, DType::i64);
  if (result.numel() == 0) return transpose(result, axis, -1);
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    const T* from = rows.data<T>();
    auto* to = result.output<std::int64_t>();
    parallel_for(result.numel() / k, std::max<std::int64_t>(1, kGrain / size), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        Before<T> before{from + row * size, order};
        k == size ? sort_row(before, size, to + row * k) : top_row(before, size, k, to + row * k);
      }
    });
  });
  return contiguous(transpose(result, axis, -1));
}

}  // namespace

Tensor argsort(const Tensor& x, int axis, Order order, Where where) {
  int a = normalize_axis("argsort", axis, x.dims(), where);
  return order_along(x, x.shape()[a], a, order);
}
Sorted<Tensor> sort(const Tensor& x, int axis, Order order, Where where) {
  int a = normalize_axis("sort", axis, x.dims(), where);
  Tensor indices = argsort(x, a, order, where);
  return {gather(x, a, indices, where), indices};
}

Tensor argtopk(const Tensor& x, std::int64_t k, int axis, Order order, Where where) {
  int a = normalize_axis("topk", axis, x.dims(), where);
  check<ValueError>(k >= 0 && k <= x.shape()[a], where, "topk: k = ", k, " is outside 0..", x.shape()[a], ", the size of axis ",
                    axis);
  return order_along(x, k, a, order);
}
Sorted<Tensor> topk(const Tensor& x, std::int64_t k, int axis, Order order, Where where) {
  Tensor indices = argtopk(x, k, axis, order, where);
  return {gather(x, axis, indices, where), indices};
}

Tensor cumsum(const Tensor& x, int axis, Where where) {
  Blocks blocks(x.shape(), normalize_axis("cumsum", axis, x.dims(), where));
  check<DtypeError>(x.dtype() != DType::u8 && x.dtype() != DType::boolean, where, "cumsum: takes f32, f64, i64 or i32, not ",
                    x.dtype());
  Tensor from = contiguous(x), result(x.shape(), x.dtype());
  auto run = [&](auto type) {
    using T = decltype(type);
    using Sum = std::conditional_t<std::is_floating_point_v<T>, T, std::uint64_t>;  // integers wrap
    const T* source = from.data<T>();
    T* to = result.output<T>();
    std::int64_t inner = blocks.inner;
    blocks.for_columns(std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(blocks.size, 1)),
                       [&](std::int64_t block, std::int64_t first, std::int64_t last) {
                         std::int64_t at = block * blocks.size * inner;
                         for (std::int64_t i = 0; i < blocks.size; ++i, at += inner)
                           for (std::int64_t k = first; k < last; ++k) {
                             Sum before = i ? static_cast<Sum>(to[at - inner + k]) : Sum{0};
                             to[at + k] = static_cast<T>(before + static_cast<Sum>(source[at + k]));
                           }
                       });
  };
  switch (x.dtype()) {
    case DType::i64:
      run(std::int64_t{});
      break;
    case DType::i32:
      run(std::int32_t{});
      break;
    default:
      visit_floating("cumsum", x.dtype(), where, run);
  }
  return result;
}

}  // namespace weft
