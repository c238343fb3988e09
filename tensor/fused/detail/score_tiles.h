// Dot products of vectors, a few rows at a time: the building block of tiled attention.
#pragma once

#include <weft/tensor/array/detail/transpose_copy.h>
#include <weft/tensor/array/tensor.h>
#include <weft/tensor/kernels/reduce.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace weft {

// Rows of a tile, which stays in the second-level cache. No tile spans two blocks of a sum over rows; threads split the blocks.
inline constexpr std::int64_t kScoreRows = 64, kScoreBlock = kernels::kColumnBlock;

// The right-hand side of many products; only f32 is packed.
template <class T>
using Right = std::conditional_t<std::is_same_v<T, float>, kernels::PackedMatrix, kernels::Matrix<T>>;
template <class T>
Right<T> right_of(std::int64_t k, std::int64_t n, kernels::Matrix<T> b) {
  if constexpr (std::is_same_v<T, float>)
    return kernels::PackedMatrix(k, n, b);
  else
    return b;
}

// The vectors of one example that count, contiguous.
template <class T>
struct Vectors {
  const T* data;
  std::int64_t count, dim;

  std::size_t size() const { return static_cast<std::size_t>(count * dim); }
  Right<T> down() const { return right_of<T>(count, dim, {data, dim, 1}); }
  Right<T> across() const { return right_of<T>(dim, count, {data, 1, dim}); }
  Vectors from(std::int64_t first) const { return {data + first * dim, count - first, dim}; }
  // Writes vectors row .. row + rows - 1 times b [dim, n] to `to` [rows, n], whose rows are `stride` apart.
  template <class B>
  void multiply(std::int64_t row, std::int64_t rows, const B& b, std::int64_t n, T* to, std::int64_t stride) const {
    kernels::gemm({rows, n, dim, {data + row * dim, dim, 1}, to, stride, {}}, b);
  }
};

// Calls take(row, rows, scores) for tiles of `count` rows of `columns` numbers, which fill(row, rows, scores) writes; split over
// threads.
template <class T, class Fill, class Take>
void for_score_tiles(std::int64_t count, std::int64_t columns, Fill fill, Take take) {
  parallel_for(count, kScoreBlock, [&](std::int64_t begin, std::int64_t end) {
    Tensor tile({std::min(kScoreRows, end - begin), columns}, dtype_of<T>());
    for (std::int64_t row = begin; row < end; row += kScoreRows) {
      const std::int64_t rows = std::min(kScoreRows, end - row);
      fill(row, rows, tile.output<T>());
      take(row, rows, tile.output<T>());
    }
  });
}

// Visits the scores of all pairs of `left` and `right`.
template <class T, class Take>
void for_score_tiles(const Vectors<T>& left, const Vectors<T>& right, Take take) {
  const Right<T> across = right.across();
  for_score_tiles<T>(
      left.count, right.count,
      [&](std::int64_t row, std::int64_t rows, T* to) { left.multiply(row, rows, across, right.count, to, right.count); }, take);
}

// The scores of all pairs of vectors of one example. Those of the first rows are stored, from the diagonal on: they serve as
// columns too, and for every pass. The others are recomputed in each pass.
template <class T>
class PairScores {
 public:
  // Stores up to `most` numbers.
  PairScores(const Vectors<T>& x, std::int64_t most) : x_(x) {
    std::int64_t size = 0;
    for (std::int64_t row = 0; row < x.count && size + block_size(row) <= most; row += kScoreBlock) {
      begins_.push_back(size);
      size += block_size(row);
    }
    held_ = Tensor({size}, dtype_of<T>());
    // Pairs a longer block with a shorter one, so that all pairs are about equal work.
    const std::int64_t count = std::ssize(begins_);
    parallel_for((count + 1) / 2, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        hold(i);
        if (count - 1 - i != i) hold(count - 1 - i);
      }
    });
    if (held_rows() < x.count) rest_ = x.from(held_rows()).across();
  }

  // Calls take(row, rows, scores [rows, all]) for tiles of the first `count` rows.
  template <class Take>
  void for_tiles(std::int64_t count, Take take) const {
    for_score_tiles<T>(
        count, x_.count, [this](std::int64_t row, std::int64_t rows, T* to) { fill(row, rows, to); }, take);
  }

 private:
  std::int64_t held_rows() const { return std::min(x_.count, std::ssize(begins_) * kScoreBlock); }
  std::int64_t block_size(std::int64_t row) const { return std::min(kScoreBlock, x_.count - row) * (x_.count - row); }
  std::int64_t block_begin(std::int64_t i) const { return begins_[static_cast<std::size_t>(i)]; }

  void hold(std::int64_t i) {
    const std::int64_t row = i * kScoreBlock, columns = x_.count - row;
    const Vectors<T> right = x_.from(row);
    x_.multiply(row, std::min(kScoreBlock, columns), kernels::Matrix<T>{right.data, 1, right.dim}, columns,
                held_.output<T>() + block_begin(i), columns);
  }

  void fill(std::int64_t row, std::int64_t rows, T* to) const {
    using Element = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    const T* held = held_.data<T>();
    const std::int64_t own = row / kScoreBlock, before = std::min<std::int64_t>(own, std::ssize(begins_));
    for (std::int64_t i = 0; i < before; ++i) {
      const std::int64_t begin = i * kScoreBlock, stride = x_.count - begin;
      transpose_copy(Rows<Element>{reinterpret_cast<Element*>(to + begin), x_.count},
                     Rows<const Element>{reinterpret_cast<const Element*>(held + block_begin(i) + row - begin), stride}, rows,
                     kScoreBlock);
    }
    if (own >= std::ssize(begins_)) return x_.multiply(row, rows, rest_, x_.count - held_rows(), to + held_rows(), x_.count);
    const std::int64_t begin = own * kScoreBlock, stride = x_.count - begin;
    for (std::int64_t r = 0; r < rows; ++r)
      std::copy_n(held + block_begin(own) + (row - begin + r) * stride, stride, to + r * x_.count + begin);
  }

  Vectors<T> x_;
  std::vector<std::int64_t> begins_;  // of the stored blocks
  Tensor held_;
  Right<T> rest_;
};

}  // namespace weft
