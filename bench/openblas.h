// OpenBLAS's products, loaded when a row first asks: linked, its threads would start with the process and slow other rows down.
#pragma once

#include <cblas.h>

namespace bench {

struct OpenBlas {
  decltype(&cblas_sgemm) sgemm = nullptr;
  decltype(&cblas_dgemm) dgemm = nullptr;
  decltype(&openblas_set_num_threads) set_num_threads = nullptr;

  explicit operator bool() const { return sgemm && dgemm && set_num_threads; }
};

// Returns false if there is none.
const OpenBlas& openblas();

}  // namespace bench
