// Calls to LAPACK for each matrix of a batch.
#pragma once

#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/tensor.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/functions/classify.h>
#include <weft/tensor/indexing/pick.h>
#include <weft/tensor/linalg/detail/lapack.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <vector>

namespace weft::linalg {

// Throws unless x is a batch of square matrices, f32 or f64.
inline void check_square(const char* op, const Tensor& a, Where caller) {
  check_defined(op, "matrix", a, caller);
  check<ShapeError>(a.dims() >= 2 && a.shape().back() == a.shape().back(1), caller, op,
                    ": takes square matrices [.., n, n], not ", a.shape());
  check<DtypeError>(is_floating(a.dtype()), caller, op, ": takes f32 or f64, not ", a.dtype());
  check<ShapeError>(a.shape().back() <= std::numeric_limits<lapack::Int>::max(), caller, op, ": ", a.shape(), " is too large");
}

// Throws for NaN and infinities, with which LAPACK may not converge.
inline void check_finite(const char* op, const Tensor& a, Where caller) {
  const Tensor found = masked_select(a, logical_not(isfinite(a)), caller);
  check<ValueError>(found.numel() == 0, caller, op, ": the matrices contain ", found.numel() ? select(found, 0, 0).item() : 0.0);
}

// What LAPACK said of each matrix.
class Infos {
 public:
  explicit Infos(std::int64_t count) : infos_(static_cast<std::size_t>(count)) {}
  lapack::Int* operator[](std::int64_t i) { return &infos_[static_cast<std::size_t>(i)]; }

  // Calls report(place, info) for the first matrix that failed.
  template <class F>
  void for_first_failure(F report) const {
    const auto failed = std::find_if(infos_.begin(), infos_.end(), [](lapack::Int info) { return info != 0; });
    if (failed != infos_.end()) report(failed - infos_.begin(), *failed);
  }

 private:
  std::vector<lapack::Int> infos_;
};

// Where each item of a broadcast batch comes from in the batch of `matrices`.
class Places {
 public:
  Places(const Shape& matrices, const Shape& batch) {
    const Shape own = batch_of(matrices);
    places_ = contiguous(expand(reshape(arange(own.numel()), own), batch));
  }
  std::int64_t operator[](std::int64_t item) const { return places_.data<std::int64_t>()[item]; }

 private:
  Tensor places_;
};

// Calls f(i) for each matrix, whose work is about n^3, split over threads. LAPACK sees denormals as they are.
template <class F>
void for_each_matrix(std::int64_t count, std::int64_t n, F f) {
  constexpr std::int64_t kWork = 1 << 14;
  const KeepDenormals exact;
  parallel_for(count, std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(n * n * n, 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) f(i);
               });
}

}  // namespace weft::linalg
