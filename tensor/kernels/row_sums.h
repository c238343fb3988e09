// Sums of rows by group. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// Group g is the rows order[starts[g]] .. order[ends[g] - 1] of `from`; its sum is row g of `to`. Both have `width` columns.
template <class T>
struct RowGroups {
  const T* from;
  const std::int32_t *order, *starts, *ends;
  std::int64_t width;
  T* to;
};

// The same for rows that lie anywhere and belong to shards, those of a group in ascending order. The sum of a group is first
// computed in each shard; then the shards' sums are added as in tensor/reduction/detail/shard_tree.h. A shard that is not filled
// is skipped, one that is filled but has no row of the group contributes 0.
template <class T>
struct ShardedRowGroups {
  const T* const* rows;
  const std::int32_t* shard_of;       // of each row
  const std::int32_t* starts;         // group g is the rows starts[g] .. starts[g + 1] - 1
  const std::int32_t* filled_before;  // [shards + 1]: how many shards before each are filled
  std::int32_t levels;                // there are 2^levels shards, at most 2^kMostShardLevels
  std::int64_t width;
  T* to;
};
inline constexpr int kMostShardLevels = 20;

template <class Set>
struct RowSumsKernel {
  // Computes the sums of groups begin .. end-1, adding the rows in their order as kernels/sum_tree.h says.
  static void sum(const RowGroups<float>& groups, std::int64_t begin, std::int64_t end);
  static void sum(const RowGroups<double>& groups, std::int64_t begin, std::int64_t end);
  // The same for the columns column .. column + count - 1.
  static void sum(const ShardedRowGroups<float>& groups, std::int64_t begin, std::int64_t end, std::int64_t column,
                  std::int64_t count);
  static void sum(const ShardedRowGroups<double>& groups, std::int64_t begin, std::int64_t end, std::int64_t column,
                  std::int64_t count);
};

}  // namespace weft::kernels
