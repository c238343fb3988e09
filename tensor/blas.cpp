#include <weft/tensor/blas.h>

#include <cblas.h>

#include <algorithm>

extern "C" void openblas_set_num_threads(int);

namespace weft::blas {

namespace {

struct Layout {
  CBLAS_TRANSPOSE transpose;
  int leading;
};

Layout layout(Operand x, std::int64_t rows, std::int64_t columns) {
  if (x.column_stride == 1) return {CblasNoTrans, static_cast<int>(std::max({x.row_stride, columns, std::int64_t{1}}))};
  return {CblasTrans, static_cast<int>(std::max({x.column_stride, rows, std::int64_t{1}}))};
}

}  // namespace

void multiply(std::int64_t m, std::int64_t n, std::int64_t k, Operand a, Operand b, double* c, std::int64_t c_row_stride) {
  // Work is split above BLAS: its own threads would fight ours.
  static const bool single = (openblas_set_num_threads(1), true);
  static_cast<void>(single);
  Layout left = layout(a, m, k), right = layout(b, k, n);
  cblas_dgemm(CblasRowMajor, left.transpose, right.transpose, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), 1,
              a.data, left.leading, b.data, right.leading, 0, c, static_cast<int>(c_row_stride));
}

}  // namespace weft::blas
