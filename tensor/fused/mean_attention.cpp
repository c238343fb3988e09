#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/score_tiles.h>
#include <weft/tensor/fused/mean_attention.h>
#include <weft/tensor/kernels/mean_attention.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>

namespace weft {

namespace {

using kernels::Matrix;
using kernels::MeanAttentionKernel;
using kernels::ScoreRow;

// Bytes of scores that a pass over all examples may store: kMemory minus the vectors, but at least kLeastHeld.
constexpr std::int64_t kMemory = 128 << 20, kLeastHeld = 48 << 20;

// The vectors of each example of x [batch, time, dim], which is contiguous.
template <class T>
class Examples {
 public:
  Examples(const Tensor& x, const Tensor& lengths) : x_(x), lengths_(lengths.defined() ? contiguous(lengths) : Tensor()) {}

  std::int64_t count(std::int64_t i) const { return lengths_.defined() ? lengths_.data<std::int64_t>()[i] : x_.size(1); }
  std::int64_t begin(std::int64_t i) const { return i * x_.size(1) * x_.size(2); }
  Vectors<T> operator[](std::int64_t i) const { return {x_.data<T>() + begin(i), count(i), x_.size(2)}; }

 private:
  Tensor x_, lengths_;
};

// Calls f(i) for each example: either in parallel, or one after the other with threads that split its tiles.
template <class F>
void for_each_example(std::int64_t batch, F f) {
  const auto range = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) f(i);
  };
  batch >= threads() ? parallel_for(batch, 1, range) : range(0, batch);
}

// Computes the mean weight of each key over the queries that count; for_tiles(take) provides their scores.
template <class T, class ForTiles>
void average_weights(std::int64_t queries, std::int64_t keys, std::int64_t columns, ForTiles for_tiles, T* to) {
  const std::int64_t blocks = (queries + kScoreBlock - 1) / kScoreBlock;
  Tensor sums = zeros({blocks, keys}, dtype_of<T>());
  for_tiles([&](std::int64_t row, std::int64_t rows, T* scores) {
    T* block = sums.output<T>() + row / kScoreBlock * keys;
    best<MeanAttentionKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i) kernel.add_weights(scores + i * columns, keys, block);
    });
  });
  const Tensor total = blocks > 1 ? sum(sums, {0}) : sums;
  const T* from = total.data<T>();
  for (std::int64_t j = 0; j < keys; ++j) to[j] = from[j] / static_cast<T>(queries);
}

// How many scores of one example of x may be stored while other threads process other examples.
template <class T>
std::int64_t held_numbers(const Tensor& x) {
  const std::int64_t size = sizeof(T), all = std::max(kMemory - x.numel() * size, kLeastHeld) / size;
  return x.size(0) >= threads() ? all / threads() : all;
}

// The intermediate values of one example's gradients; see kernels/mean_attention.h.
template <class T>
class ExampleSums {
 public:
  ExampleSums(std::int64_t queries, const T* slopes) : sums_({3, queries}, dtype_of<T>()), slopes_(slopes) {}

  ScoreRow<T> row(T* scores, std::int64_t row, std::int64_t keys, std::int64_t queries) {
    T* of = sums_.output<T>();
    const std::int64_t count = sums_.size(1);
    return {scores, row, keys, queries, slopes_, {of, of + count, of + 2 * count}};
  }

 private:
  Tensor sums_;
  const T* slopes_;
};

// C [rows, n] = A B, or C + A B.
template <class T, class B>
void multiply(std::int64_t rows, std::int64_t k, const T* a, const B& b, std::int64_t n, T* c, bool accumulate = false) {
  kernels::gemm({rows, n, k, {a, k, 1}, c, n, {.accumulate = accumulate}}, b);
}

// dQ = S K and dK = S^T Q, where S is the gradient of the scores.
template <class T>
void differentiate(const Vectors<T>& queries, const Vectors<T>& keys, const T* slopes, T* dq, T* dk) {
  ExampleSums<T> sums(queries.count, slopes);
  const std::int64_t dim = keys.dim;
  const Right<T> keys_down = keys.down(), queries_down = queries.down();
  for_score_tiles(queries, keys, [&](std::int64_t row, std::int64_t rows, T* scores) {
    best<MeanAttentionKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i) {
        const ScoreRow<T> query = sums.row(scores + i * keys.count, row + i, keys.count, 0);
        kernel.sum_up(query);
        kernel.finish(query);
      }
    });
    multiply(rows, keys.count, scores, keys_down, dim, dq + row * dim);
  });
  for_score_tiles(keys, queries, [&](std::int64_t row, std::int64_t rows, T* scores) {
    best<MeanAttentionKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i)
        kernel.differentiate(sums.row(scores + i * queries.count, row + i, 0, queries.count));
    });
    multiply(rows, queries.count, scores, queries_down, dim, dk + row * dim);
  });
}

// dX = (S + S^T) X for queries and keys that are the first rows of x, both at once.
template <class T>
void differentiate_pairs(const Vectors<T>& x, std::int64_t queries, std::int64_t keys, const T* slopes, std::int64_t held,
                         T* dx) {
  ExampleSums<T> sums(queries, slopes);
  const PairScores<T> pairs(x, held);
  pairs.for_tiles(queries, [&](std::int64_t row, std::int64_t rows, T* scores) {
    best<MeanAttentionKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i) kernel.sum_up(sums.row(scores + i * x.count, row + i, keys, 0));
    });
  });
  const Right<T> down = x.down();
  pairs.for_tiles(x.count, [&](std::int64_t row, std::int64_t rows, T* scores) {
    best<MeanAttentionKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i) {
        T* of = scores + i * x.count;
        const std::int64_t as_query = row + i < queries ? keys : 0, as_key = row + i < keys ? queries : 0;
        kernel.differentiate(sums.row(of, row + i, as_query, as_key));
        std::fill(of + std::max(as_query, as_key), of + x.count, T(0));
      }
    });
    multiply(rows, x.count, scores, down, x.dim, dx + row * x.dim);
  });
}

// Returns the gradient of each query's weights, which is the same for all queries that count.
Tensor slopes_of(const Tensor& gradient, const Tensor& query_lengths, std::int64_t queries) {
  if (!query_lengths.defined()) return contiguous(gradient / static_cast<double>(queries));
  return contiguous(gradient * slice(mean_weights(query_lengths, queries, 2, gradient.dtype()), 1, 0, 1));
}

}  // namespace

Tensor MeanContextGradients::of_weights(const Tensor& values) const {
  if (!context.defined()) return weights;
  const Tensor through_context = squeeze(matmul(unsqueeze(context, 1), transpose(values)), 1);  // [batch, keys]
  return weights.defined() ? weights + through_context : through_context;
}

void check_mean_attention(const Tensor& query, const Tensor& key, const Tensor& lengths, const Tensor& query_lengths,
                          Where caller) {
  const char* op = "mean_attention";
  check_defined(op, "query", query, caller);
  check_defined(op, "key", key, caller);
  const bool fits = query.dims() == 3 && key.dims() == 3 && query.size(0) == key.size(0) && query.size(2) == key.size(2);
  check<ShapeError>(fits, caller, op, ": takes query [batch, queries, dim] and key [batch, keys, dim], not ", query.shape(),
                    " and ", key.shape());
  check<DtypeError>(is_floating(query.dtype()) && query.dtype() == key.dtype(), caller, op,
                    ": takes f32 or f64, the same for both, not ", query.dtype(), " and ", key.dtype());
  if (lengths.defined()) checked_lengths(op, lengths, key.size(0), key.size(1), caller);
  if (query_lengths.defined()) checked_lengths(op, query_lengths, query.size(0), query.size(1), caller);
}

Tensor mean_attention_weights(const Tensor& query, const Tensor& key, const Tensor& lengths, const Tensor& query_lengths,
                              Where caller) {
  OpScope profile("mean_attention_weights", caller, query, key);
  check_mean_attention(query, key, lengths, query_lengths, caller);
  Tensor result = zeros({key.size(0), key.size(1)}, key.dtype());
  visit_floating("mean_attention_weights", key.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const bool same = same_elements(query, key);
    const Tensor own = contiguous(key);
    const Examples<T> queries(same ? own : contiguous(query), query_lengths), keys(own, lengths);
    const std::int64_t held = held_numbers<T>(own);
    T* to = result.output<T>();
    for_each_example(key.size(0), [&](std::int64_t i) {
      if (queries.count(i) == 0 || keys.count(i) == 0) return;
      const auto average = [&](std::int64_t columns, auto for_tiles) {
        average_weights(queries.count(i), keys.count(i), columns, for_tiles, to + i * key.size(1));
      };
      if (same) {
        const PairScores<T> pairs(queries.count(i) < keys.count(i) ? keys[i] : queries[i], held);
        average(std::max(queries.count(i), keys.count(i)), [&](auto take) { pairs.for_tiles(queries.count(i), take); });
      } else {
        average(keys.count(i), [&](auto take) { for_score_tiles(queries[i], keys[i], take); });
      }
    });
  });
  return result;
}

MeanAttentionGradients mean_attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key,
                                                const Tensor& lengths, const Tensor& query_lengths) {
  OpScope profile("mean_attention_gradients", {}, query, key);
  MeanAttentionGradients to{zeros(query.shape(), query.dtype()), zeros(key.shape(), key.dtype())};
  if (query.size(1) == 0) return to;
  const Tensor slopes = slopes_of(gradient, query_lengths, query.size(1));
  visit_floating("mean_attention_gradients", key.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const Examples<T> queries(contiguous(query), query_lengths), keys(contiguous(key), lengths);
    T *dq = to.query.output<T>(), *dk = to.key.output<T>();
    for_each_example(key.size(0), [&](std::int64_t i) {
      if (queries.count(i) > 0 && keys.count(i) > 0)
        differentiate(queries[i], keys[i], slopes.data<T>() + i * key.size(1), dq + queries.begin(i), dk + keys.begin(i));
    });
  });
  return to;
}

Tensor mean_self_attention_gradient(const MeanContextGradients& gradients, const Tensor& weights, const Tensor& x,
                                    const Tensor& lengths, const Tensor& query_lengths, Tensor result) {
  OpScope profile("mean_self_attention_gradient", {}, x);
  const bool in_place = result.defined();
  if (!in_place) result = Tensor(x.shape(), x.dtype());
  if (x.numel() == 0) return result;
  const Tensor slopes = slopes_of(gradients.of_weights(x), query_lengths, x.size(1)), average = contiguous(weights);
  const Tensor vectors = contiguous(x), to_context = gradients.context.defined() ? contiguous(gradients.context) : Tensor();
  visit_floating("mean_self_attention_gradient", x.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const Examples<T> queries(vectors, query_lengths), keys(vectors, lengths);
    const std::int64_t time = x.size(1), dim = x.size(2), held = held_numbers<T>(vectors);
    T* to = result.output<T>();
    for_each_example(x.size(0), [&](std::int64_t i) {
      const std::int64_t own_queries = queries.count(i), own_keys = keys.count(i);
      Vectors<T> own = own_queries < own_keys ? keys[i] : queries[i];
      if (own_queries == 0 || own_keys == 0) own.count = 0;
      T* dx = to + queries.begin(i);
      Tensor copy;
      if (in_place) own.data = (copy = tensor(std::span(own.data, own.size()), {own.count, dim})).template data<T>();
      std::fill(dx + own.size(), dx + time * dim, T(0));
      if (own.count == 0) return;
      differentiate_pairs(own, own_queries, own_keys, slopes.data<T>() + i * time, held, dx);
      if (to_context.defined())
        multiply(own_keys, std::int64_t{1}, average.data<T>() + i * time, Matrix<T>{to_context.data<T>() + i * dim, dim, 1}, dim,
                 dx, true);
    });
  });
  return result;
}

}  // namespace weft
