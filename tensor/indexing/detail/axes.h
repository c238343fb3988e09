// The functions of axes.h, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <vector>

namespace weft::detail {

template <class X>
X flatten(const X& x, int first, int last, Where caller) {
  if (x.dims() == 0) return reshape(x, {1}, caller);
  const int a = normalize_axis("flatten", first, x.dims(), caller), b = normalize_axis("flatten", last, x.dims(), caller);
  check<ShapeError>(a <= b, caller, "flatten: the last axis ", last, " is before the first, ", first);
  Shape shape;
  std::int64_t joined = 1;
  for (int axis = 0; axis < x.dims(); ++axis) {
    if (axis >= a && axis <= b) joined *= x.size(axis);
    if (axis < a || axis > b) shape.push_back(x.size(axis));
    if (axis == b) shape.push_back(joined);
  }
  return reshape(x, shape, caller);
}

template <class X>
X unflatten(const X& x, int axis, const Shape& sizes, Where caller) {
  const int a = normalize_axis("unflatten", axis, x.dims(), caller);
  std::int64_t known = 1;
  int open = -1;
  for (int i = 0; i < sizes.dims(); ++i) {
    check<ShapeError>(sizes[i] >= 0 || (sizes[i] == -1 && open < 0), caller, "unflatten: ", sizes,
                      " has a negative size; one may be -1");
    if (sizes[i] < 0)
      open = i;
    else
      known *= sizes[i];
  }
  Shape own = sizes;
  if (open >= 0 && known > 0) own[open] = x.size(a) / known;
  check<ShapeError>((open < 0 || known > 0) && own.numel() == x.size(a), caller, "unflatten: axis ", a, " of ", x.shape(),
                    " does not split into ", sizes);
  Shape shape;
  for (int i = 0; i < x.dims(); ++i) {
    if (i != a) shape.push_back(x.size(i), caller);
    for (int j = 0; i == a && j < own.dims(); ++j) shape.push_back(own[j], caller);
  }
  return reshape(x, shape, caller);
}

template <class X>
X movedim(const X& x, int from, int to, Where caller) {
  const int a = normalize_axis("movedim", from, x.dims(), caller), b = normalize_axis("movedim", to, x.dims(), caller);
  std::vector<int> order;
  for (int axis = 0; axis < x.dims(); ++axis)
    if (axis != a) order.push_back(axis);
  order.insert(order.begin() + b, a);
  return permute(x, std::span<const int>(order), caller);
}

template <class X>
std::vector<X> chunk(const X& x, std::int64_t chunks, int axis, Where caller) {
  check<ValueError>(chunks >= 1, caller, "chunk: there must be at least one chunk, not ", chunks);
  const int a = normalize_axis("chunk", axis, x.dims(), caller);
  if (x.size(a) == 0) return {x};
  const std::int64_t size = std::max<std::int64_t>((x.size(a) + chunks - 1) / chunks, 1);
  return split(x, size, a, caller);
}

// The diagonal is every (columns + 1)-th element of the rows that it crosses.
template <class X>
X diagonal(const X& x, std::int64_t offset, int axis_a, int axis_b, Where caller) {
  const int a = normalize_axis("diagonal", axis_a, x.dims(), caller), b = normalize_axis("diagonal", axis_b, x.dims(), caller);
  check<ShapeError>(a != b, caller, "diagonal: both axes are ", a);
  std::vector<int> order;
  for (int axis = 0; axis < x.dims(); ++axis)
    if (axis != a && axis != b) order.push_back(axis);
  order.push_back(a);
  order.push_back(b);
  const X last = permute(x, std::span<const int>(order), caller);
  const std::int64_t first_row = std::max<std::int64_t>(-offset, 0), first_column = std::max<std::int64_t>(offset, 0);
  const std::int64_t columns = x.size(b);
  const std::int64_t count = std::max<std::int64_t>(std::min(x.size(a) - first_row, columns - first_column), 0);
  const X rows = slice(last, -2, count ? first_row : 0, count ? first_row + count : 0, 1, caller);
  Shape shape = rows.shape();
  shape.erase(shape.dims() - 1);
  shape[shape.dims() - 1] = count * columns;
  if (count == 0) return reshape(rows, shape, caller);
  return slice(reshape(rows, shape, caller), -1, first_column, kEnd, columns + 1, caller);
}

// Element i of the diagonal, then N zeros, in rows of N numbers: the next element is one further to the right.
template <class X>
X diag_embed(const X& x, std::int64_t offset, Where caller) {
  check<ShapeError>(x.dims() >= 1, caller, "diag_embed: takes vectors, not a scalar");
  const std::int64_t n = x.shape().back(), size = n + std::abs(offset);
  const std::int64_t start = std::max<std::int64_t>(-offset, 0) * size + std::max<std::int64_t>(offset, 0);
  std::vector<Padding> paddings(static_cast<std::size_t>(x.dims() + 1));
  paddings.back().after = size;
  Shape flat = x.shape();
  flat[flat.dims() - 1] = n * (size + 1);
  const X spread = reshape(pad(unsqueeze(x, -1, caller), std::span<const Padding>(paddings), 0, caller), flat, caller);
  paddings.pop_back();
  paddings.back() = {start, size * size - start - n * (size + 1)};
  Shape square = x.shape();
  square[square.dims() - 1] = size;
  square.push_back(size, caller);
  return reshape(pad(spread, std::span<const Padding>(paddings), 0, caller), square, caller);
}

template <class X>
X diag(const X& x, std::int64_t offset, Where caller) {
  check<ShapeError>(x.dims() == 1 || x.dims() == 2, caller, "diag: takes a vector or a matrix, not ", x.shape());
  return x.dims() == 1 ? diag_embed(x, offset, caller) : diagonal(x, offset, 0, 1, caller);
}

template <class X>
X trace(const X& x, Where caller) {
  check<ShapeError>(x.dims() == 2, caller, "trace: takes a matrix, not ", x.shape());
  return sum(diagonal(x, 0, 0, 1, caller), {}, false, caller);
}

template <class X>
X outer(const X& a, const X& b, Where caller) {
  check<ShapeError>(a.dims() == 1 && b.dims() == 1, caller, "outer: takes two vectors, not ", a.shape(), " and ", b.shape());
  return unsqueeze(a, 1, caller) * At<X>(unsqueeze(b, 0, caller), caller);
}

}  // namespace weft::detail
