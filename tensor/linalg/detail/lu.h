// LU factors of the transposed matrices of a batch.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <vector>

namespace weft::linalg {

struct LuFactors {
  Tensor factors;           // [.., n, n]: column-major, of A^T
  std::vector<int> pivots;  // n for each matrix, from 1
  std::vector<int> infos;   // of each matrix: 0, or the number of the first pivot that is 0
};
LuFactors lu_factors(const char* op, const Tensor& a, Where caller);

// Throws ValueError for the first singular matrix.
void check_regular(const char* op, const LuFactors& lu, Where caller);

}  // namespace weft::linalg
