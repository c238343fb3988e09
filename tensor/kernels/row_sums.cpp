// Compiled once per instruction set.
#include <weft/tensor/kernels/row.h>
#include <weft/tensor/kernels/row_sums.h>

namespace weft::kernels {

namespace {

using Size = std::int64_t;
template <class T>
using Vector = simd::Vec<T, Here>;

// `registers` of them side by side: the sums stay in registers while the rows of a group pass by.
template <int registers, class T>
[[gnu::always_inline]] inline void sum_columns(const RowGroups<T>& groups, Size group, Size column) {
  constexpr Size size = Vector<T>::size;
  Vector<T> sums[registers];
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k) sums[k] = Vector<T>(0);
  for (Size i = groups.starts[group]; i < groups.starts[group + 1]; ++i) {
    const T* row = groups.from + groups.order[i] * groups.width + column;
#pragma GCC unroll 8
    for (int k = 0; k < registers; ++k) sums[k] += Vector<T>::load(row + k * size);
  }
#pragma GCC unroll 8
  for (int k = 0; k < registers; ++k) sums[k].store(groups.to + group * groups.width + column + k * size);
}

template <class T>
void sum_last_columns(const RowGroups<T>& groups, Size group, Size column) {
  const Size count = groups.width - column;
  Vector<T> sums(0);
  for (Size i = groups.starts[group]; i < groups.starts[group + 1]; ++i)
    sums += Vector<T>::load_partial(groups.from + groups.order[i] * groups.width + column, count, T(0));
  sums.store_partial(groups.to + group * groups.width + column, count);
}

template <class T>
void sum_groups(const RowGroups<T>& groups, Size begin, Size end) {
  constexpr Size size = Vector<T>::size;
  for (Size group = begin; group < end; ++group) {
    Size column = 0;
    for (; column + 8 * size <= groups.width; column += 8 * size) sum_columns<8>(groups, group, column);
    for (; column + size <= groups.width; column += size) sum_columns<1>(groups, group, column);
    if (column < groups.width) sum_last_columns(groups, group, column);
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
