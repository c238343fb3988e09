#include <weft/tensor/arithmetic/detail/integer.h>
#include <weft/tensor/arithmetic/detail/mask.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/blocks.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/detail/indices.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/row_sparse.h>
#include <weft/tensor/reduction/detail/absent_rows.h>
#include <weft/tensor/reduction/detail/long_sums.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 14;  // elements
constexpr std::int64_t kLine = 16;        // columns; threads must not share a cache caller

std::int64_t rows_per_grain(std::int64_t row) { return std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(row, 1)); }

// Returns `shape` with an axis replaced by the whole shape `index`.
Shape replaced(Shape shape, int axis, const Shape& index, Where caller) {
  shape.erase(axis);
  for (int i = 0; i < index.dims(); ++i) shape.insert(axis + i, index[i], caller);
  return shape;
}

Tensor select_slices(const char* op, const Tensor& x, int axis, const Tensor& index, Negative negative, Where caller) {
  OpScope profile(op, caller, x, index);
  Blocks blocks(x.shape(), axis);
  Indices ids(op, index, blocks.size, negative, caller);
  Tensor from = contiguous(x), result(replaced(x.shape(), axis, index.shape(), caller), x.dtype());
  std::int64_t bytes = blocks.inner * size_of(x.dtype()), count = ids.size();
  const std::byte* source = from.raw();
  std::byte* to = result.raw_output();
  parallel_for(blocks.outer * count, rows_per_grain(blocks.inner), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      std::int64_t at = row / count * blocks.size + ids[row % count];
      std::memcpy(to + row * bytes, source + at * bytes, static_cast<std::size_t>(bytes));
    }
  });
  return result;
}

// Threads split the columns, so that each sum is added in the order of the ids. For integers any order gives the same wrapped
// sum.
template <class T>
requires std::is_integral_v<T>
void add_rows(T* to, std::int64_t rows, const T* from, const Indices& ids, std::int64_t columns) {
  std::fill(to, to + rows * columns, T{0});
  parallel_for(columns, ids.size() * columns < kGrain ? columns : kLine, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = 0; i < ids.size(); ++i)
      for (std::int64_t j = begin; j < end; ++j) {
        T& sum = to[ids[i] * columns + j];
        sum = static_cast<T>(sum + from[i * columns + j]);
      }
  });
}
template <class T>
requires std::is_floating_point_v<T>
void add_rows(T* to, std::int64_t rows, const T* from, const Indices& ids, std::int64_t columns) {
  parallel_for(rows, rows_per_grain(columns),
               [&](std::int64_t begin, std::int64_t end) { std::fill(to + begin * columns, to + end * columns, T{0}); });
  const bool many = ids.size() > kernels::kChain;
  std::vector<char> present(many ? static_cast<std::size_t>(ids.size()) : 0);
  for (std::size_t i = 0; i < present.size(); ++i)
    present[i] = !is_absent(from + static_cast<std::int64_t>(i) * columns, columns);
  std::int64_t grain = ids.size() * columns < kGrain ? columns : kLine;
  parallel_for(columns, grain, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::int32_t> count(many ? static_cast<std::size_t>(rows) : 0);
    WaitingSums<T> waiting(end - begin);
    for (std::int64_t i = 0; i < ids.size(); ++i) {
      T* row = to + ids[i] * columns;
      const T* add = from + i * columns;
      for (std::int64_t j = begin; j < end; ++j) row[j] += add[j];
      if (!many) continue;
      std::int32_t& n = count[static_cast<std::size_t>(ids[i])];
      n += present[static_cast<std::size_t>(i)];
      if (n < kernels::kChain) continue;
      n = 0;
      waiting.end_chain(ids[i], row + begin);
    }
    waiting.finish([&](std::int64_t id) { return to + id * columns + begin; });
  });
}

// Processes one column of scatter_add: to[id] += add for each of its ids. Both sides have stride `step`; `counts` holds a zero
// per id.
template <class T, class IdOf>
void scatter_column(T* to, const T* add, std::int64_t count, std::int64_t step, IdOf id_of, std::vector<std::int32_t>& counts) {
  WaitingSums<T> waiting(1);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t id = id_of(i);
    const T number = add[i * step];
    to[id * step] += number;
    std::int32_t& n = counts[static_cast<std::size_t>(id)];
    n += number != 0;
    if (n < kernels::kChain) continue;
    n = 0;
    waiting.end_chain(id, to + id * step);
  }
  waiting.finish([&](std::int64_t id) { return to + id * step; });
  for (std::int64_t i = 0; i < count; ++i) counts[static_cast<std::size_t>(id_of(i))] = 0;
}

// Returns a scalar as [1], anything else unchanged.
Tensor raised(const Tensor& x) { return x.dims() == 0 ? reshape(x, {1}) : x; }

// Returns a view of the part of x that an index reaches: the first elements along the other axes. Throws ShapeError unless x has
// that many. As in PyTorch, an empty index may have any shape.
Tensor reached(const char* op, const Tensor& x, int axis, const Tensor& index, Where caller) {
  if (index.numel() == 0) return x;
  bool fits = index.dims() == x.dims();
  Tensor part = x;
  for (int i = 0; fits && i < x.dims(); ++i) {
    if (i == axis) continue;
    fits = index.shape()[i] <= x.shape()[i];
    if (fits && index.shape()[i] < x.shape()[i]) part = slice(part, i, 0, index.shape()[i]);
  }
  check<ShapeError>(fits, caller, op, ": the index ", index.shape(), " is larger than ", x.shape(), " outside axis ", axis);
  return part;
}

// Calls f with a number of the type in which sums of the dtype are computed: unsigned for integers, where overflow wraps.
template <class F>
void visit_summands(const char* op, DType dtype, Where caller, F f) {
  check<DtypeError>(dtype != DType::boolean, caller, op, ": takes numbers, not bool; cast to one of the other dtypes first");
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    if constexpr (std::is_floating_point_v<T>)
      f(type);
    else if constexpr (!std::is_same_v<T, bool>)
      f(std::make_unsigned_t<T>{});
  });
}
template <class T>
const T* summands(const Tensor& x) {
  return reinterpret_cast<const T*>(x.raw());
}
template <class T>
T* sums(Tensor& x) {
  return reinterpret_cast<T*>(x.raw_output());
}

}  // namespace

Tensor index_select(const Tensor& x, int axis, const Tensor& index, Where caller) {
  check_defined("index_select", x, caller);
  const Tensor from = raised(x);
  return select_slices("index_select", from, normalize_axis("index_select", axis, from, caller), index, Negative::from_end,
                       caller);
}

Tensor segment_sum(const Tensor& x, const Tensor& index, std::int64_t count, int axis, Where caller) {
  OpScope profile("segment_sum", caller, x, index);
  check_defined("segment_sum", x, caller);
  const int a = normalize_axis("segment_sum", axis, x.dims() - index.dims() + 1, caller);
  check<ValueError>(count >= 0, caller, "segment_sum: the size is negative: ", count);
  check<ShapeError>(a + index.dims() <= x.dims() && std::equal(index.shape().begin(), index.shape().end(), x.shape().begin() + a),
                    caller, "segment_sum: from axis ", a, " on ", x.shape(), " does not have the index's shape ", index.shape());
  Indices ids("segment_sum", index, count, Negative::from_end, caller);
  Shape shape;
  for (int i = 0; i < a; ++i) shape.push_back(x.shape()[i]);
  shape.push_back(count, caller);
  for (int i = a + index.dims(); i < x.dims(); ++i) shape.push_back(x.shape()[i], caller);
  Blocks blocks(shape, a);
  Tensor from = contiguous(x), result(shape, x.dtype(), caller);
  visit_summands("segment_sum", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t i = 0; i < blocks.outer; ++i)
      add_rows(sums<T>(result) + i * count * blocks.inner, count, summands<T>(from) + i * ids.size() * blocks.inner, ids,
               blocks.inner);
  });
  return result;
}

Tensor embedding(const Tensor& weight, const Tensor& ids, Where caller) {
  check_defined("embedding", "weight", weight, caller);
  check<ShapeError>(weight.dims() == 2, caller, "embedding: the weight must be [rows, dim], got ", weight.shape());
  return select_slices("embedding", weight, 0, ids, Negative::refused, caller);
}

Tensor embedding_gradient(const Tensor& gradient, const Tensor& ids, std::int64_t rows, std::optional<std::int64_t> padding,
                          Where caller) {
  return to_dense(embedding_gradient_rows(gradient, ids, rows, padding, caller), caller);
}

Tensor gather(const Tensor& numbers, int axis, const Tensor& index, Where caller) {
  OpScope profile("gather", caller, numbers, index);
  check_defined("gather", numbers, caller);
  check_defined("gather", "index", index, caller);
  const Tensor x = raised(numbers), at = raised(index);
  int a = normalize_axis("gather", axis, x, caller);
  Tensor from = contiguous(reached("gather", x, a, at, caller)), result(index.shape(), x.dtype());
  Blocks blocks(from.shape(), a);
  Indices ids("gather", at, blocks.size, Negative::from_end, caller);
  std::int64_t count = at.numel() ? at.shape()[a] : 0, inner = blocks.inner;
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    const T* source = from.data<T>();
    T* to = result.output<T>();
    parallel_for(blocks.outer * count, rows_per_grain(inner), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const T* block = source + row / count * blocks.size * inner;
        for (std::int64_t k = 0; k < inner; ++k) to[row * inner + k] = block[ids[row * inner + k] * inner + k];
      }
    });
  });
  return result;
}

Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, Where caller) {
  OpScope profile("scatter_add", caller, x, index, source);
  check_defined("scatter_add", x, caller);
  check_defined("scatter_add", "index", index, caller);
  check_defined("scatter_add", "source", source, caller);
  const Tensor at = raised(index);
  Tensor result = clone(x), whole = raised(result);
  int a = normalize_axis("scatter_add", axis, whole, caller);
  Tensor target = reached("scatter_add", whole, a, at, caller);
  check<ShapeError>(source.shape() == index.shape(), caller, "scatter_add: the source is ", source.shape(), ", the index ",
                    index.shape());
  check<DtypeError>(source.dtype() == x.dtype(), caller, "scatter_add: dtypes differ: ", x.dtype(), " and ", source.dtype());
  Tensor from = contiguous(source), added = contiguous(target);  // the target itself if the index reaches all of it
  Blocks blocks(added.shape(), a);
  Indices ids("scatter_add", at, blocks.size, Negative::from_end, caller);
  std::int64_t count = at.numel() ? at.shape()[a] : 0, inner = blocks.inner;
  visit_summands("scatter_add", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const T* add = summands<T>(from);
    T* to = sums<T>(added);
    blocks.for_columns(rows_per_grain(count), [&](std::int64_t block, std::int64_t first, std::int64_t last) {
      if constexpr (std::is_floating_point_v<T>)
        if (count > kernels::kChain) {
          std::vector<std::int32_t> counts(static_cast<std::size_t>(blocks.size));
          for (std::int64_t k = first; k < last; ++k)
            scatter_column(
                to + block * blocks.size * inner + k, add + block * count * inner + k, count, inner,
                [&](std::int64_t i) { return ids[(block * count + i) * inner + k]; }, counts);
          return;
        }
      for (std::int64_t row = block * count; row < (block + 1) * count; ++row)
        for (std::int64_t k = first; k < last; ++k) {
          T& sum = to[(block * blocks.size + ids[row * inner + k]) * inner + k];
          sum = static_cast<T>(sum + add[row * inner + k]);
        }
    });
  });
  if (added.storage() != target.storage()) copy_to(target, added, caller);
  return result;
}

Tensor one_hot(const Tensor& ids, std::int64_t classes, DType dtype, Where caller) {
  OpScope profile("one_hot", caller, ids);
  check<ValueError>(classes >= 0, caller, "one_hot: the number of classes is negative: ", classes);
  Indices at("one_hot", ids, classes, Negative::refused, caller);
  Shape shape = ids.shape();
  shape.push_back(classes, caller);
  Tensor result = zeros(shape, dtype, caller);
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t i = 0; i < at.size(); ++i) result.output<T>()[i * classes + at[i]] = T{1};
  });
  return result;
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, AtNumber value, Where caller) {
  OpScope profile("masked_fill", caller, x, mask);
  check_defined("masked_fill", x, caller);
  check_mask("masked_fill", mask, caller);
  if (integer::alone(x, value.value))
    return integer::where(mask, integer::scalar("masked_fill", x, value.value, caller), x, caller);
  return where(mask, value, x, caller);
}

}  // namespace weft
