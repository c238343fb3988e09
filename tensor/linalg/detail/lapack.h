// LAPACK's routines, in an OpenBLAS that is opened at the first call.
#pragma once

#include <weft/tensor/base/error.h>

#include <type_traits>

namespace weft::lapack {

using Int = int;  // LAPACK's integers

// The routines that weft calls, for float or double. Matrices are column-major; a row-major matrix is seen transposed. The
// numbers at the end of an argument list are the lengths of its texts, as Fortran passes them.
template <class T>
struct Routines {
  // LU factors with row exchanges; the solution from them; the inverse from them.
  void (*getrf)(const Int* m, const Int* n, T* a, const Int* lda, Int* pivots, Int* info);
  void (*getrs)(const char* trans, const Int* n, const Int* nrhs, const T* a, const Int* lda, const Int* pivots, T* b,
                const Int* ldb, Int* info, std::size_t);
  void (*getri)(const Int* n, T* a, const Int* lda, const Int* pivots, T* work, const Int* lwork, Int* info);
  void (*potrf)(const char* uplo, const Int* n, T* a, const Int* lda, Int* info, std::size_t);
  void (*trtrs)(const char* uplo, const char* trans, const char* diag, const Int* n, const Int* nrhs, const T* a, const Int* lda,
                T* b, const Int* ldb, Int* info, std::size_t, std::size_t, std::size_t);
  // Eigenvalues and vectors of a symmetric matrix.
  void (*syevd)(const char* jobz, const char* uplo, const Int* n, T* a, const Int* lda, T* w, T* work, const Int* lwork,
                Int* iwork, const Int* liwork, Int* info, std::size_t, std::size_t);
  // QR factors as reflections, and the orthogonal matrix that these make.
  void (*geqrf)(const Int* m, const Int* n, T* a, const Int* lda, T* tau, T* work, const Int* lwork, Int* info);
  void (*orgqr)(const Int* m, const Int* n, const Int* k, T* a, const Int* lda, const T* tau, T* work, const Int* lwork,
                Int* info);
  void (*gesdd)(const char* jobz, const Int* m, const Int* n, T* a, const Int* lda, T* s, T* u, const Int* ldu, T* vt,
                const Int* ldvt, T* work, const Int* lwork, Int* iwork, Int* info, std::size_t);
};

// Returns the routines, and opens the library at the first call: with one thread of its own, so that no thread is started, weft's
// reference counts stay cheap, and its threads do not compete with weft's. Throws Error if the library cannot be had, or if it is
// Debian's serial build, which answers wrongly when several threads call it.
template <class T>
const Routines<T>& routines(Where caller);

}  // namespace weft::lapack
