// Compiled once per instruction set.
#include <weft/tensor/kernels/row.h>
#include <weft/tensor/kernels/row_sums.h>
#include <weft/tensor/kernels/sum_tree.h>

namespace weft::kernels {

namespace {

template <int registers, class T>
struct Sums {
  Vector<T> of[registers];
};

template <class T>
[[gnu::always_inline]] inline const T* row_of(const RowGroups<T>& groups, Size i) {
  return groups.from + groups.order[i] * groups.width;
}
template <class T>
[[gnu::always_inline]] inline const T* row_of(const ShardedRowGroups<T>& groups, Size i) {
  return groups.rows[i];
}

template <int registers, class T>
[[gnu::always_inline]] inline Sums<registers, T> zeros() {
  Sums<registers, T> sums;
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k) sums.of[k] = Vector<T>(0);
  return sums;
}

template <int registers, class T>
[[gnu::always_inline]] inline Sums<registers, T> plus(const Sums<registers, T>& a, const Sums<registers, T>& b) {
  Sums<registers, T> sums;
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k) sums.of[k] = a.of[k] + b.of[k];
  return sums;
}

// Sums `count` columns of the rows begin .. end-1, in the order of the groups. The sums stay in registers.
template <int registers, class T, class Groups>
[[gnu::always_inline]] inline Sums<registers, T> chain(const Groups& groups, Size begin, Size end, Size column, Size count) {
  auto sums = zeros<registers, T>();
  for (Size i = begin; i < end; ++i) {
    const T* row = row_of(groups, i) + column;
#pragma GCC unroll 8
    for (int k = 0; k < registers; ++k)
      sums.of[k] += registers > 1 ? Vector<T>::load(row + k * Vector<T>::size) : load_lanes<T, Here>(row, count, T(0));
  }
  return sums;
}

// Sums more rows than fit into one chain.
template <int registers, class T, class Groups>
[[gnu::noinline]] void sum_chains(const Groups& groups, Size begin, Size end, Size column, Size count,
                                  Sums<registers, T>& total) {
  const auto add = [](const Sums<registers, T>& a, const Sums<registers, T>& b) { return plus(a, b); };
  SumTree<Sums<registers, T>> tree;
  for (; end - begin > kChain; begin += kChain) tree.push(chain<registers, T>(groups, begin, begin + kChain, column, count), add);
  total = tree.total(chain<registers, T>(groups, begin, end, column, count), add);
}

template <int registers, class T, class Groups>
[[gnu::always_inline]] inline void sum_rows(const Groups& groups, Size begin, Size end, Size column, Size count,
                                            Sums<registers, T>& sums) {
  if (end - begin <= kChain)
    sums = chain<registers, T>(groups, begin, end, column, count);
  else
    sum_chains(groups, begin, end, column, count, sums);
}

template <int registers, class T>
[[gnu::always_inline]] inline void store(const Sums<registers, T>& sums, T* to, Size count) {
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k)
    registers > 1 ? sums.of[k].store(to + k * Vector<T>::size) : store_lanes<T, Here>(to, count, sums.of[k]);
}

// Sums `registers` registers side by side.
template <int registers, class T>
[[gnu::always_inline]] inline void sum_columns(const RowGroups<T>& groups, Size group, Size column, Size count) {
  Sums<registers, T> sums;
  sum_rows(groups, groups.starts[group], groups.ends[group], column, count, sums);
  store(sums, groups.to + group * groups.width + column, count);
}

// The sum of a group in a subtree of shards.
template <int registers, class T>
struct Subtree {
  Sums<registers, T> sum;
  std::int32_t first;  // the shard whose subtrees of all sizes it has been in so far
  int level;           // of the subtree, which has 2^level shards
};

// Makes the subtree larger, up to `level`: where another shard is filled, 0 is added.
template <int registers, class T>
[[gnu::always_inline]] inline void raise(const ShardedRowGroups<T>& groups, Subtree<registers, T>& subtree, int level) {
  const auto filled = [&](int l) {
    const std::int32_t begin = subtree.first >> l << l;
    return groups.filled_before[begin + (std::int32_t{1} << l)] - groups.filled_before[begin];
  };
  if (filled(level) > filled(subtree.level)) subtree.sum = plus(subtree.sum, zeros<registers, T>());
  subtree.level = level;
}

// The usual case: all rows of the group are in one shard.
template <int registers, class T>
[[gnu::always_inline]] inline void sum_columns_of_one(const ShardedRowGroups<T>& groups, Size group, Size column, Size count) {
  Sums<registers, T> sums;
  sum_rows(groups, groups.starts[group], groups.starts[group + 1], column, count, sums);
  if (groups.filled_before[Size{1} << groups.levels] > 1) sums = plus(sums, zeros<registers, T>());
  store(sums, groups.to + group * groups.width + column, count);
}

// Two neighbours are joined in the smallest subtree that has both, as soon as the next shard is outside of it.
template <int registers, class T>
[[gnu::noinline]] void sum_columns(const ShardedRowGroups<T>& groups, Size group, Size column, Size count) {
  Subtree<registers, T> trees[kMostShardLevels + 2];
  int common[kMostShardLevels + 2];  // the level of the smallest subtree that has a tree and the one before
  int top = -1;
  const auto join_below = [&](int level) {
    for (; top > 0 && common[top] < level; --top) {
      raise(groups, trees[top - 1], common[top] - 1);
      raise(groups, trees[top], common[top] - 1);
      trees[top - 1].sum = plus(trees[top - 1].sum, trees[top].sum);
      trees[top - 1].level = common[top];
    }
  };
  const Size end = groups.starts[group + 1];
  for (Size begin = groups.starts[group], stop = begin; begin < end; begin = stop) {
    const std::int32_t shard = groups.shard_of[begin];
    while (stop < end && groups.shard_of[stop] == shard) ++stop;
    if (top >= 0) {
      const int level = 32 - __builtin_clz(static_cast<unsigned>(shard ^ trees[top].first));
      join_below(level);
      common[top + 1] = level;
    }
    ++top;
    trees[top].first = shard;
    trees[top].level = 0;
    sum_rows(groups, begin, stop, column, count, trees[top].sum);
  }
  T* to = groups.to + group * groups.width + column;
  if (top < 0) return store(zeros<registers, T>(), to, count);
  join_below(groups.levels + 1);
  raise(groups, trees[0], groups.levels);
  store(trees[0].sum, to, count);
}

template <class T>
void sum_groups(const RowGroups<T>& groups, Size begin, Size end) {
  constexpr Size size = Vector<T>::size;
  for (Size group = begin; group < end; ++group) {
    Size column = 0;
    for (; column + 8 * size <= groups.width; column += 8 * size) sum_columns<8>(groups, group, column, 8 * size);
    for (; column + size <= groups.width; column += size) sum_columns<1>(groups, group, column, size);
    if (column < groups.width) sum_columns<1>(groups, group, column, groups.width - column);
  }
}

template <class T>
void sum_sharded_groups(const ShardedRowGroups<T>& groups, Size begin, Size end, Size column, Size count) {
  constexpr Size size = Vector<T>::size;
  const Size stop = column + count;
  for (Size group = begin; group < end; ++group) {
    const Size first = groups.starts[group], last = groups.starts[group + 1] - 1;
    const bool one = first <= last && groups.shard_of[first] == groups.shard_of[last];
    Size at = column;
    for (; at + 8 * size <= stop; at += 8 * size)
      one ? sum_columns_of_one<8>(groups, group, at, 8 * size) : sum_columns<8>(groups, group, at, 8 * size);
    for (; at + size <= stop; at += size)
      one ? sum_columns_of_one<1>(groups, group, at, size) : sum_columns<1>(groups, group, at, size);
    if (at < stop) one ? sum_columns_of_one<1>(groups, group, at, stop - at) : sum_columns<1>(groups, group, at, stop - at);
  }
}

}  // namespace

template <>
void RowSumsKernel<Here>::sum(const RowGroups<float>& groups, Size begin, Size end) {
  sum_groups(groups, begin, end);
}
template <>
void RowSumsKernel<Here>::sum(const RowGroups<double>& groups, Size begin, Size end) {
  sum_groups(groups, begin, end);
}

template <>
void RowSumsKernel<Here>::sum(const ShardedRowGroups<float>& groups, std::int64_t begin, std::int64_t end, std::int64_t column,
                              std::int64_t count) {
  sum_sharded_groups(groups, begin, end, column, count);
}
template <>
void RowSumsKernel<Here>::sum(const ShardedRowGroups<double>& groups, std::int64_t begin, std::int64_t end, std::int64_t column,
                              std::int64_t count) {
  sum_sharded_groups(groups, begin, end, column, count);
}

}  // namespace weft::kernels
