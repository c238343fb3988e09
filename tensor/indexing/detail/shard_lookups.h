// Gradients of embeddings over a batch whose examples are divided into shards.
#pragma once

#include <weft/tensor/indexing/row_sparse.h>
#include <weft/tensor/reduction/detail/shard_rows.h>

namespace weft {

// A part of the sum: gradients [rows, width] and their ids [rows]; `padding` does not count.
struct ShardLookups {
  ShardRows rows;
  Tensor ids;
  std::optional<std::int64_t> padding;
};

// As embedding_gradient_rows(), over the rows of all parts: each row of the matrix is summed in each shard as kernels/sum_tree.h
// says, then the shards' sums are added in the tree of shard_tree.h. Only rows that get something other than zeros occur.
RowSparse embedding_gradient_rows(std::span<const ShardLookups> parts, std::int64_t rows, const FilledShards& filled);

}  // namespace weft
