#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/kernels/row_sums.h>
#include <weft/tensor/reduction/detail/absent_rows.h>
#include <weft/tensor/reduction/detail/shard_rows.h>
#include <weft/tensor/runtime/parallel.h>

#include <numeric>

namespace weft {

namespace {

constexpr std::int64_t kColumns = 512;  // of one piece of work for a thread

template <class T>
struct Listed {
  const T *left, *right;
  std::int64_t position;
};

}  // namespace

template <class T>
ListedRows<T>::ListedRows(std::span<const ShardRows> parts, const FilledShards& filled) {
  std::vector<std::vector<Listed<T>>> of_shard(filled.size());
  std::int64_t before = 0;
  for (const ShardRows& part : parts) {
    const std::int64_t rows = part.left.shape()[0], m = part.left.shape()[1];
    const bool product = part.right.defined();
    const std::int64_t n = product ? part.right.shape()[1] : 0;
    memory.push_back(contiguous(part.left));
    const T* left_row = memory.back().data<T>();
    const T* right_row = nullptr;
    if (product) {
      memory.push_back(contiguous(part.right));
      right_row = memory.back().data<T>();
    }
    for (std::int64_t row = 0; row < rows; ++row, left_row += m, right_row += n)
      if (!is_absent(left_row, m) && !(product && is_absent(right_row, n)))
        of_shard[static_cast<std::size_t>(part.shards[static_cast<std::size_t>(row)])].push_back(
            {left_row, right_row, before + row});
    before += rows;
  }
  for (const std::vector<Listed<T>>& shard : of_shard) {
    for (const Listed<T>& row : shard) {
      left.push_back(row.left);
      right.push_back(row.right);
      positions.push_back(row.position);
    }
    ends.push_back(std::ssize(left));
  }
}

template struct ListedRows<float>;
template struct ListedRows<double>;

Tensor sum_rows(std::span<const ShardRows> parts, const FilledShards& filled) {
  const Tensor& first = parts[0].left;
  OpScope profile("sum_rows", {}, first);
  const std::int64_t width = first.shape()[1];
  Tensor result({width}, first.dtype());
  visit_floating("sum_rows", first.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const ListedRows<T> rows(parts, filled);
    std::vector<std::int32_t> order(rows.left.size());
    std::iota(order.begin(), order.end(), 0);
    const std::int32_t starts[] = {0, static_cast<std::int32_t>(order.size())};
    const kernels::ShardedRowGroups<T> group{rows.left.data(), order.data(),       starts, rows.ends.data(),
                                             filled.data(),    std::ssize(filled), width,  result.template output<T>()};
    const std::int64_t pieces = (width + kColumns - 1) / kColumns;
    parallel_for(pieces, std::max<std::int64_t>(1, 64 / std::max<std::int64_t>(std::ssize(order), 1)),
                 [&](std::int64_t begin, std::int64_t end) {
                   const std::int64_t column = begin * kColumns, stop = std::min(width, end * kColumns);
                   best<kernels::RowSumsKernel>([&](auto kernel) { kernel.sum(group, 0, 1, column, stop - column); });
                 });
  });
  return result;
}

}  // namespace weft
