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

// Sums `count` columns of the rows begin .. end-1, in the order of the groups. The sums stay in registers.
template <int registers, class T>
[[gnu::always_inline]] inline Sums<registers, T> chain(const RowGroups<T>& groups, Size begin, Size end, Size column,
                                                       Size count) {
  Sums<registers, T> sums;
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k) sums.of[k] = Vector<T>(0);
  for (Size i = begin; i < end; ++i) {
    const T* row = groups.from + groups.order[i] * groups.width + column;
#pragma GCC unroll 8
    for (int k = 0; k < registers; ++k)
      sums.of[k] += registers > 1 ? Vector<T>::load(row + k * Vector<T>::size) : load_lanes<T, Here>(row, count, T(0));
  }
  return sums;
}

// Sums more rows than fit into one chain.
template <int registers, class T>
[[gnu::noinline]] void sum_chains(const RowGroups<T>& groups, Size begin, Size end, Size column, Size count,
                                  Sums<registers, T>& total) {
  const auto add = [](const Sums<registers, T>& a, const Sums<registers, T>& b) {
    Sums<registers, T> sums;
    for (int k = 0; k < registers; ++k) sums.of[k] = a.of[k] + b.of[k];
    return sums;
  };
  SumTree<Sums<registers, T>> tree;
  for (; end - begin > kChain; begin += kChain) tree.push(chain<registers>(groups, begin, begin + kChain, column, count), add);
  total = tree.total(chain<registers>(groups, begin, end, column, count), add);
}

// Sums `registers` registers side by side.
template <int registers, class T>
[[gnu::always_inline]] inline void sum_columns(const RowGroups<T>& groups, Size group, Size column, Size count) {
  const Size begin = groups.starts[group], end = groups.ends[group];
  Sums<registers, T> sums;
  if (end - begin <= kChain)
    sums = chain<registers>(groups, begin, end, column, count);
  else
    sum_chains(groups, begin, end, column, count, sums);
  T* to = groups.to + group * groups.width + column;
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k)
    registers > 1 ? sums.of[k].store(to + k * Vector<T>::size) : store_lanes<T, Here>(to, count, sums.of[k]);
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

}  // namespace

template <>
void RowSumsKernel<Here>::sum(const RowGroups<float>& groups, Size begin, Size end) {
  sum_groups(groups, begin, end);
}
template <>
void RowSumsKernel<Here>::sum(const RowGroups<double>& groups, Size begin, Size end) {
  sum_groups(groups, begin, end);
}

}  // namespace weft::kernels
