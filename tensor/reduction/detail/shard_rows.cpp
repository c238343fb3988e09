#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/kernels/row_sums.h>
#include <weft/tensor/reduction/detail/absent_rows.h>
#include <weft/tensor/reduction/detail/shard_rows.h>
#include <weft/tensor/runtime/parallel.h>

#include <bit>

namespace weft {

namespace {

constexpr std::int64_t kColumns = 512;  // of one piece of work for a thread

// Calls body(part, row, left, right) for each row that is not absent; `right` is null in a sum. The tensors are contiguous.
template <class T, class Body>
void for_each_present(std::span<const ShardRows> parts, const std::vector<Tensor>& left, const std::vector<Tensor>& right,
                      const Body& body) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool product = right[i].defined();
    const std::int64_t rows = left[i].shape()[0], m = left[i].shape()[1], n = product ? right[i].shape()[1] : 0;
    const T *a = left[i].data<T>(), *b = product ? right[i].data<T>() : nullptr;
    for (std::int64_t row = 0; row < rows; ++row, a += m, b += n)
      if (!is_absent(a, m) && !(product && is_absent(b, n))) body(i, row, a, b);
  }
}

}  // namespace

template <class T>
ListedRows<T>::ListedRows(std::span<const ShardRows> parts, const FilledShards& filled) {
  std::vector<Tensor> right_memory;
  std::vector<std::int32_t> before;  // rows of the parts before each
  std::int32_t all = 0;
  bool product = false;
  for (const ShardRows& part : parts) {
    memory.push_back(contiguous(part.left));
    right_memory.push_back(part.right.defined() ? contiguous(part.right) : Tensor());
    product = product || part.right.defined();
    before.push_back(all);
    all += static_cast<std::int32_t>(part.shards.size());
  }
  ends.resize(filled.size());
  for_each_present<T>(parts, memory, right_memory, [&](std::size_t part, std::int64_t row, const T*, const T*) {
    ++ends[static_cast<std::size_t>(parts[part].shards[static_cast<std::size_t>(row)])];
  });
  std::vector<std::int64_t> next(filled.size());
  for (std::size_t shard = 1; shard < filled.size(); ++shard) {
    next[shard] = ends[shard - 1];
    ends[shard] += ends[shard - 1];
  }
  left.resize(static_cast<std::size_t>(ends.back()));
  right.resize(product ? left.size() : 0);
  if (!product) {
    shard_of.resize(left.size());
    positions.resize(left.size());
  }
  for_each_present<T>(parts, memory, right_memory, [&](std::size_t part, std::int64_t row, const T* a, const T* b) {
    const std::int32_t shard = parts[part].shards[static_cast<std::size_t>(row)];
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(shard)]++);
    left[at] = a;
    if (product) {
      right[at] = b;
    } else {
      shard_of[at] = shard;
      positions[at] = before[part] + static_cast<std::int32_t>(row);
    }
  });
  memory.insert(memory.end(), right_memory.begin(), right_memory.end());
}

std::vector<std::int32_t> filled_before(const FilledShards& filled) {
  std::vector<std::int32_t> counts{0};
  for (std::uint8_t each : filled) counts.push_back(counts.back() + each);
  return counts;
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
    const std::int32_t starts[] = {0, static_cast<std::int32_t>(rows.left.size())};
    const std::vector<std::int32_t> before = filled_before(filled);
    const kernels::ShardedRowGroups<T> group{
        rows.left.data(),           rows.shard_of.data(), starts, before.data(), std::countr_zero(filled.size()), width,
        result.template output<T>()};
    const std::int64_t pieces = (width + kColumns - 1) / kColumns;
    parallel_for(pieces, std::max<std::int64_t>(1, 64 / std::max<std::int64_t>(std::ssize(rows.left), 1)),
                 [&](std::int64_t begin, std::int64_t end) {
                   const std::int64_t column = begin * kColumns, stop = std::min(width, end * kColumns);
                   best<kernels::RowSumsKernel>([&](auto kernel) { kernel.sum(group, 0, 1, column, stop - column); });
                 });
  });
  return result;
}

}  // namespace weft
