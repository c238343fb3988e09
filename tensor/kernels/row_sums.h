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

template <class Set>
struct RowSumsKernel {
  // Computes the sums of groups begin .. end-1, adding the rows in their order as kernels/sum_tree.h says.
  static void sum(const RowGroups<float>& groups, std::int64_t begin, std::int64_t end);
  static void sum(const RowGroups<double>& groups, std::int64_t begin, std::int64_t end);
};

}  // namespace weft::kernels
