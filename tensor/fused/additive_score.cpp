#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/fused/additive_score.h>
#include <weft/tensor/kernels/additive_score.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>

namespace weft {

namespace {

// A thread is not worth waking for fewer values of tanh than this.
constexpr std::int64_t kThreadWork = 1 << 13;

template <class T>
kernels::AdditiveScores<T> example(const Tensor& query, const Tensor& key, const Tensor& v, std::int64_t i) {
  std::int64_t queries = query.shape()[1], keys = key.shape()[1], dim = v.shape()[0];
  return {query.data<T>() + i * queries * dim, key.data<T>() + i * keys * dim, v.data<T>(), queries, keys, dim};
}

std::int64_t grain(std::int64_t work) { return std::max<std::int64_t>(1, kThreadWork / std::max<std::int64_t>(work, 1)); }

}  // namespace

Tensor additive_score(const Tensor& query, const Tensor& key, const Tensor& v, Where caller) {
  OpScope profile("additive_score", caller, query, key, v);
  check_defined("additive_score", "query", query, caller);
  check_defined("additive_score", "key", key, caller);
  check_defined("additive_score", "vector v", v, caller);
  bool fits = query.dims() == 3 && key.dims() == 3 && v.dims() == 1 && query.shape()[0] == key.shape()[0] &&
              query.shape()[2] == v.shape()[0] && key.shape()[2] == v.shape()[0];
  check<ShapeError>(fits, caller, "additive_score: takes query [batch, queries, dim], key [batch, keys, dim] and v [dim], not ",
                    query.shape(), ", ", key.shape(), " and ", v.shape());
  check<DtypeError>(query.dtype() == key.dtype() && key.dtype() == v.dtype(), caller,
                    "additive_score: dtypes differ: ", query.dtype(), ", ", key.dtype(), " and ", v.dtype());
  const Tensor q = contiguous(query), k = contiguous(key), weights = contiguous(v);
  const std::int64_t batch = q.shape()[0], queries = q.shape()[1], keys = k.shape()[1];
  Tensor result({batch, queries, keys}, query.dtype());
  visit_floating("additive_score", query.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    // The queries of all examples form one range; a thread may begin inside an example.
    parallel_for(batch * queries, grain(keys * weights.numel()), [&](std::int64_t begin, std::int64_t end) {
      while (begin < end) {
        const std::int64_t i = begin / queries, stop = std::min(end, (i + 1) * queries);
        auto in = example<T>(q, k, weights, i);
        best<kernels::AdditiveScoreKernel>(
            [&](auto kernel) { kernel.forward(in, to + i * queries * keys, begin - i * queries, stop - i * queries); });
        begin = stop;
      }
    });
  });
  return result;
}

AdditiveScoreGradients additive_score_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key, const Tensor& v) {
  OpScope profile("additive_score_gradient", {}, query, key, v);
  const Tensor g = contiguous(gradient), q = contiguous(query), k = contiguous(key), weights = contiguous(v);
  const std::int64_t batch = q.shape()[0], queries = q.shape()[1], keys = k.shape()[1], dim = weights.numel();
  Tensor dq(q.shape(), q.dtype()), dk(k.shape(), q.dtype()), dv({batch, dim}, q.dtype());
  visit_floating("additive_score", q.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    T *dq_to = dq.output<T>(), *dk_to = dk.output<T>(), *dv_to = dv.output<T>();
    parallel_for(batch, grain(queries * keys * dim), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        auto in = example<T>(q, k, weights, i);
        kernels::AdditiveScoreGradient<T> out{g.data<T>() + i * queries * keys, dq_to + i * queries * dim, dk_to + i * keys * dim,
                                              dv_to + i * dim};
        best<kernels::AdditiveScoreKernel>([&](auto kernel) { kernel.backward(in, out); });
      }
    });
  });
  return {dq, dk, dv};
}

}  // namespace weft
