// Double products by CBLAS, the one file that calls it. They serve gradient checks and whatever has no contract on bits per row.
#pragma once

#include <cstdint>

namespace weft::blas {

// C [m, n] = A [m, k] B [k, n]. Each of A and B has one unit stride; the rows of C have unit column stride.
struct Operand {
  const double* data;
  std::int64_t row_stride, column_stride;
};
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Operand a, Operand b, double* c, std::int64_t c_row_stride);

}  // namespace weft::blas
