#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>

namespace weft {

namespace {

constexpr std::int64_t kGrain = 1 << 14;  // elements

template <class Keep>
Tensor keep_where(const char* op, const Tensor& x, Where caller, Keep keep) {
  OpScope profile(op, caller, x);
  check_defined(op, x, caller);
  check<ShapeError>(x.dims() >= 2, caller, op, ": takes at least 2 dimensions, got ", x.shape());
  Tensor from = contiguous(x), result(x.shape(), x.dtype());
  std::int64_t rows = x.shape().back(1), columns = x.shape().back();
  visit(x.dtype(), [&](auto type) {
    using T = decltype(type);
    const T* source = from.data<T>();
    T* to = result.output<T>();
    parallel_for(columns ? x.numel() / columns : 0, std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(columns, 1)),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t row = begin; row < end; ++row)
                     for (std::int64_t j = 0; j < columns; ++j)
                       to[row * columns + j] = keep(row % rows, j) ? source[row * columns + j] : T{};
                 });
  });
  return result;
}

}  // namespace

Tensor tril(const Tensor& x, std::int64_t diagonal, Where caller) {
  return keep_where("tril", x, caller, [diagonal](std::int64_t row, std::int64_t column) { return column - row <= diagonal; });
}
Tensor triu(const Tensor& x, std::int64_t diagonal, Where caller) {
  return keep_where("triu", x, caller, [diagonal](std::int64_t row, std::int64_t column) { return column - row >= diagonal; });
}

}  // namespace weft
