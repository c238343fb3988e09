#include <weft/tensor/copy.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/reduce.h>
#include <weft/tensor/views.h>

namespace weft {

unsigned axis_mask(const char* op, const Axes& axes, int dims, Where where) {
  if (axes.empty()) return (1u << dims) - 1;
  unsigned mask = 0;
  for (int axis : axes) {
    unsigned bit = 1u << normalize_axis(op, axis, dims, where);
    check<ValueError>(!(mask & bit), where, op, ": axis ", axis, " stands twice");
    mask |= bit;
  }
  return mask;
}

Shape reduced_shape(const Shape& shape, unsigned mask, bool keepdim) {
  Shape result;
  for (int i = 0; i < shape.dims(); ++i) {
    bool reduced = mask >> i & 1u;
    if (!reduced || keepdim) result.push_back(reduced ? 1 : shape[i]);
  }
  return result;
}

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim, Where where) {
  unsigned mask = axis_mask("sum", axes, x.dims(), where);
  std::vector<int> order;
  std::int64_t inner = 1;
  for (int i = 0; i < x.dims(); ++i)
    if (!(mask >> i & 1u)) order.push_back(i);
  for (int i = 0; i < x.dims(); ++i)
    if (mask >> i & 1u) order.push_back(i), inner *= x.shape()[i];
  Tensor rows = contiguous(permute(x, order, where));  // [kept..., reduced...]
  Tensor result(reduced_shape(x.shape(), mask, keepdim), x.dtype());
  visit_floating("sum", x.dtype(), where, [&](auto type) {
    using T = decltype(type);
    const T* from = rows.data<T>();
    T* to = result.output<T>();
    parallel_for(result.numel(), 64, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        T total = 0;
        for (std::int64_t j = 0; j < inner; ++j) total += from[i * inner + j];
        to[i] = total;
      }
    });
  });
  return result;
}

Tensor sum_to(const Tensor& x, const Shape& shape, Where where) {
  Axes axes;
  int offset = x.dims() - shape.dims();
  for (int i = 0; i < x.dims(); ++i)
    if (i < offset || (shape[i - offset] == 1 && x.shape()[i] != 1)) axes.push_back(i);
  if (axes.empty()) return x;
  return reshape(sum(x, axes, false, where), shape, where);
}

}  // namespace weft
