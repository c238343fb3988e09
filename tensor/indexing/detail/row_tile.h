// RowTile: a row-sparse matrix, made dense piece by piece.
#pragma once

#include <weft/tensor/indexing/row_sparse.h>

#include <algorithm>

namespace weft {

// Writes pieces of the dense form into a buffer that stays in the caches. For use by one thread; x must outlive it.
template <class T>
class RowTile {
 public:
  // A piece has at most `size` numbers.
  RowTile(const RowSparse& x, std::int64_t size)
      : rows_(x.rows.data<std::int64_t>()),
        values_(x.values.data<T>()),
        count_(x.rows.numel()),
        width_(x.values.shape()[1]),
        tile_({size}, x.dtype()) {
    std::fill(tile_.output<T>(), tile_.output<T>() + size, T{0});
  }

  // Writes the numbers begin .. end-1 of the row-major matrix; returns true if any row of x is among them.
  bool fill(std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = first_; i < last_; ++i) write(i, [](T* to, const T*, std::int64_t n) { std::fill(to, to + n, T{0}); });
    first_ = begin == end_ ? first_from(last_, begin) : std::lower_bound(rows_, rows_ + count_, begin / width_) - rows_;
    begin_ = begin;
    end_ = end;
    for (last_ = first_; last_ < count_ && rows_[last_] * width_ < end; ++last_)
      write(last_, [](T* to, const T* from, std::int64_t n) { std::copy(from, from + n, to); });
    return first_ < last_;
  }
  const T* data() { return tile_.output<T>(); }

 private:
  // The last row of the previous piece may continue in this one.
  std::int64_t first_from(std::int64_t i, std::int64_t begin) const {
    return i > 0 && (rows_[i - 1] + 1) * width_ > begin ? i - 1 : i;
  }

  // Applies `part` to the part of row i of x that lies in the piece.
  template <class F>
  void write(std::int64_t i, F part) {
    const std::int64_t row = rows_[i] * width_, from = std::max(begin_, row), to = std::min(end_, row + width_);
    part(tile_.output<T>() + from - begin_, values_ + i * width_ + from - row, to - from);
  }

  const std::int64_t* rows_;
  const T* values_;
  std::int64_t count_, width_;
  Tensor tile_;
  std::int64_t begin_ = 0, end_ = -1, first_ = 0, last_ = 0;  // the range of numbers and of x's rows in the tile
};

}  // namespace weft
