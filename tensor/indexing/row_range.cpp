#include <weft/tensor/indexing/detail/row_range.h>

#include <algorithm>

namespace weft {

RowSparse rows_between(const RowSparse& x, IndexRange range) {
  const auto rows = x.rows.span<std::int64_t>();
  const auto place = [&](std::int64_t row) { return std::lower_bound(rows.begin(), rows.end(), row) - rows.begin(); };
  const std::int64_t first = place(range.first), last = place(range.last);
  return {slice(x.rows, 0, first, last), slice(x.values, 0, first, last), x.count};
}

RowSparse row_range(const RowSparse& x, IndexRange range) {
  const RowSparse part = rows_between(x, range);
  Tensor numbers(part.rows.shape(), DType::i64);
  const auto from = part.rows.span<std::int64_t>();
  std::transform(from.begin(), from.end(), numbers.output<std::int64_t>(), [&](std::int64_t row) { return row - range.first; });
  return {numbers, part.values, range.size()};
}

}  // namespace weft
