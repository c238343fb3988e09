// Sums over the rows of a batch whose examples are divided into shards.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace weft {

// Which shards have examples. Their number is a power of two. The sums of the others are skipped in the tree of shards.
using FilledShards = std::vector<std::uint8_t>;

// A part of a sum over rows: left [rows, m], for a product also right [rows, n], and the shard of each row.
struct ShardRows {
  Tensor left, right = {};
  std::vector<std::int32_t> shards;
};

// Returns how many shards before each are filled: [shards + 1].
std::vector<std::int32_t> filled_before(const FilledShards& filled);

// The rows of all parts, shard by shard; within a shard in the order of the parts and of their rows. Rows that are all zeros on
// either side are left out: they make no difference, and padding changes no bit.
template <class T>
struct ListedRows {
  // Tensors that are not contiguous are copied and kept here.
  ListedRows(std::span<const ShardRows> parts, const FilledShards& filled);

  std::vector<Tensor> memory;
  std::vector<const T*> left, right;
  std::vector<std::int64_t> ends;  // of the rows of each shard
  // Not for products: the shard of each row, and where it was, counted over the rows of all parts.
  std::vector<std::int32_t> shard_of, positions;
};

// The sums of the columns of all rows, [m]: those of a shard are added as kernels/sum_tree.h says, then the shards' sums in the
// tree of shard_tree.h.
Tensor sum_rows(std::span<const ShardRows> parts, const FilledShards& filled);

}  // namespace weft
