// The products of OpenBLAS, which is loaded when a row first needs it. If it were linked, its threads would start with the
// process and slow down other rows.
#pragma once

#include <cblas.h>

namespace bench {

struct OpenBlas {
  decltype(&cblas_sgemm) sgemm = nullptr;
  decltype(&cblas_dgemm) dgemm = nullptr;
  decltype(&openblas_set_num_threads) set_num_threads = nullptr;

  explicit operator bool() const { return sgemm && dgemm && set_num_threads; }
};

// Returns false if there is no OpenBLAS.
const OpenBlas& openblas();

}  // namespace bench
