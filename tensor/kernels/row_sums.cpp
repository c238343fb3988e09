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
  return groups.rows[groups.order[i]];
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

// A subtree of shards: nothing was computed, or it has no row of the group, or its sum.
enum class Subtree : std::uint8_t { skipped, zero, sum };

template <int registers, class T>
[[gnu::noinline]] void sum_columns(const ShardedRowGroups<T>& groups, Size group, Size column, Size count) {
  Sums<registers, T> left[kMostShardLevels + 1], sums;
  Subtree state_of_left[kMostShardLevels + 1] = {}, state = Subtree::skipped;
  const Size end = groups.starts[group + 1];
  int level = 0;
  for (Size shard = 0, begin = groups.starts[group]; shard < groups.shards; ++shard) {
    Size stop = begin;
    while (stop < end && groups.order[stop] < groups.ends[shard]) ++stop;
    state = stop > begin ? Subtree::sum : groups.filled[shard] ? Subtree::zero : Subtree::skipped;
    if (state == Subtree::sum) sum_rows(groups, begin, stop, column, count, sums);
    begin = stop;
    for (level = 0; shard >> level & 1; ++level) {
      const Subtree before = state_of_left[level];
      if (before == Subtree::sum && state == Subtree::sum)
        sums = plus(left[level], sums);
      else if (before == Subtree::sum)
        sums = state == Subtree::zero ? plus(left[level], zeros<registers, T>()) : left[level];
      else if (state == Subtree::sum && before == Subtree::zero)
        sums = plus(zeros<registers, T>(), sums);
      state = before > state ? before : state;
    }
    state_of_left[level] = state;
    if (state == Subtree::sum) left[level] = sums;
  }
  store(state == Subtree::sum ? sums : zeros<registers, T>(), groups.to + group * groups.width + column, count);
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
    Size at = column;
    for (; at + 8 * size <= stop; at += 8 * size) sum_columns<8>(groups, group, at, 8 * size);
    for (; at + size <= stop; at += size) sum_columns<1>(groups, group, at, size);
    if (at < stop) sum_columns<1>(groups, group, at, stop - at);
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
