#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/attention.h>
#include <weft/tensor/kernels/softmax.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/detail/long_sums.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace weft {

namespace {

using Matrix = kernels::Matrix<float>;
using kernels::PackedMatrix;

constexpr std::int64_t kTileRows = 96;
// In causal attention the keys are packed again for so many queries, without the keys that come after them.
constexpr std::int64_t kSegmentRows = 4 * kTileRows;

struct Sizes {
  // items: the product of all axes before the last two; heads: how many items of the query share one of the keys
  std::int64_t examples, items, heads, queries, keys, dim, width;

  std::int64_t tiles() const { return (queries + kTileRows - 1) / kTileRows; }
};

Sizes sizes_of(const Tensor& query, const Tensor& key, const Tensor& value) {
  const std::int64_t items = batch_of(query.shape()).numel(), key_items = batch_of(key.shape()).numel();
  return {query.shape()[0],
          items,
          key_items ? items / key_items : 1,
          query.shape().back(1),
          key.shape().back(1),
          query.shape().back(),
          value.shape().back()};
}

// A mask for each row of the scores, whose numbers lie side by side.
class MaskRows {
 public:
  MaskRows(const Tensor& mask, const Shape& scores) {
    if (mask.defined()) rows_.emplace(expand(mask, scores), 1u << (scores.dims() - 1));
  }

  template <class T>
  const T* row(std::int64_t i) const {
    return rows_ ? rows_->data<T>() + rows_->offset(i) : nullptr;
  }

 private:
  std::optional<ReducePlan> rows_;
};

// The arguments, made contiguous, and where each item's part of them begins.
class Arguments {
 public:
  Arguments(const Sizes& sizes, const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask)
      : sizes_(sizes),
        query_(contiguous(query)),
        key_(contiguous(key)),
        value_(contiguous(value)),
        lengths_(mask.lengths.defined() ? contiguous(mask.lengths) : Tensor()),
        causal_(mask.causal),
        offset_(mask.offset),
        added_(added_to_scores(mask), score_shape(query.shape(), key.shape())),
        allowed_(added_to_scores(mask).defined() ? Tensor() : mask.mask, score_shape(query.shape(), key.shape())) {}

  const Sizes& sizes() const { return sizes_; }
  const float* query(std::int64_t item) const { return query_.data<float>() + item * sizes_.queries * sizes_.dim; }
  const float* key(std::int64_t item) const { return key_.data<float>() + item / sizes_.heads * sizes_.keys * sizes_.dim; }
  const float* value(std::int64_t item) const { return value_.data<float>() + item / sizes_.heads * sizes_.keys * sizes_.width; }
  // Returns how many keys of the item can be used by query `row` and those before it, apart from the mask.
  std::int64_t length(std::int64_t item, std::int64_t row) const {
    const std::int64_t all =
        lengths_.defined() ? lengths_.data<std::int64_t>()[item / (sizes_.items / sizes_.examples)] : sizes_.keys;
    return causal_ ? std::clamp<std::int64_t>(row + 1 + offset_, 0, all) : all;
  }
  // The same for all queries of the segment that begins at `row`.
  std::int64_t segment_length(std::int64_t item, std::int64_t row) const {
    return length(item, std::min(row / kSegmentRows * kSegmentRows + kSegmentRows, sizes_.queries) - 1);
  }
  const float* added(std::int64_t item, std::int64_t row) const { return added_.row<float>(item * sizes_.queries + row); }
  const bool* allowed(std::int64_t item, std::int64_t row) const { return allowed_.row<bool>(item * sizes_.queries + row); }
  PackedMatrix keys_across(std::int64_t item, std::int64_t length) const {
    return {sizes_.dim, length, {key(item), 1, sizes_.dim}};
  }

 private:
  Sizes sizes_;
  Tensor query_, key_, value_, lengths_;
  bool causal_;
  std::int64_t offset_;
  MaskRows added_, allowed_;
};

// C [m, n] = A B, or C += A B with `accumulate`. Rows of C are n apart.
template <class Right>
void multiply(std::int64_t m, std::int64_t k, Matrix a, const Right& b, std::int64_t n, float* c, bool accumulate = false) {
  kernels::gemm({m, n, k, a, c, n, {.accumulate = accumulate}}, b);
}

// Computes the weights of `rows` queries from number `row` on, [rows, columns of keys].
void weigh(const Arguments& in, std::int64_t item, std::int64_t row, std::int64_t rows, const PackedMatrix& keys,
           float* weights) {
  const std::int64_t dim = in.sizes().dim, columns = keys.columns();
  multiply(rows, dim, {in.query(item) + row * dim, dim, 1}, keys, columns, weights);
  best<kernels::SoftmaxKernel>([&](auto kernel) {
    for (std::int64_t i = row; i < row + rows; ++i, weights += columns) {
      if (const float* added = in.added(item, i)) std::transform(weights, weights + columns, added, weights, std::plus<>());
      kernel.forward(kernels::Softmax::probabilities,
                     kernels::SoftmaxRow<float>{weights, weights, columns, in.length(item, i), in.allowed(item, i)});
    }
  });
}

// Computes tiles [begin, end), counted over all items.
void forward_tiles(const Arguments& in, std::int64_t begin, std::int64_t end, float* result) {
  const Sizes& sizes = in.sizes();
  Tensor weights({kTileRows, sizes.keys}, DType::f32);
  PackedMatrix keys, values;
  for (std::int64_t tile = begin, packed = -1, columns = -1; tile < end; ++tile) {
    const std::int64_t item = tile / sizes.tiles(), row = tile % sizes.tiles() * kTileRows;
    const std::int64_t rows = std::min(kTileRows, sizes.queries - row), length = in.segment_length(item, row);
    if (item / sizes.heads != std::exchange(packed, item / sizes.heads) || length != std::exchange(columns, length)) {
      keys = in.keys_across(item, length);
      values = PackedMatrix(length, sizes.width, {in.value(item), sizes.width, 1});
    }
    float* to = result + (item * sizes.queries + row) * sizes.width;
    if (length == 0) {
      std::fill_n(to, rows * sizes.width, 0.0f);
      continue;
    }
    weigh(in, item, row, rows, keys, weights.output<float>());
    multiply(rows, length, {weights.data<float>(), length, 1}, values, sizes.width, to);
  }
}

// The keys and values of one item, packed in the ways that its gradients need.
struct PackedItem {
  PackedMatrix keys, values, keys_down;

  PackedItem(const Arguments& in, std::int64_t item, std::int64_t length)
      : keys(in.keys_across(item, length)),
        values(in.sizes().width, length, {in.value(item), 1, in.sizes().width}),
        keys_down(length, in.sizes().dim, {in.key(item), in.sizes().dim, 1}) {}
};

// The gradients of one item's keys and values: sums over the tiles of all queries that use them, in chains of kChain tiles.
class KeySums {
 public:
  KeySums(const Sizes& sizes, float* dk, float* dv)
      : dk_(dk), dv_(dv), dk_waiting_(sizes.keys * sizes.dim), dv_waiting_(sizes.keys * sizes.width) {}

  float* keys() const { return dk_; }
  float* values() const { return dv_; }
  void begin_tile() {
    if (tiles_ > 0 && tiles_ % kernels::kChain == 0) {
      dk_waiting_.end_chain(0, dk_);
      dv_waiting_.end_chain(0, dv_);
    }
    ++tiles_;
  }
  void finish() {
    dk_waiting_.finish([this](std::int64_t) { return dk_; });
    dv_waiting_.finish([this](std::int64_t) { return dv_; });
  }

 private:
  float *dk_, *dv_;
  WaitingSums<float> dk_waiting_, dv_waiting_;
  std::int64_t tiles_ = 0;
};

// Gradients of one item of the query. With weights A, their gradient G = dO V^T and that of the scores S = A (G - sum(A G)): dQ =
// S K, dK = S^T Q, dV = A^T dO.
void item_backward(const Arguments& in, std::int64_t item, const float* gradient, float* dq, KeySums& sums) {
  const Sizes& sizes = in.sizes();
  const std::int64_t dim = sizes.dim, width = sizes.width;
  Tensor weights({kTileRows, sizes.keys}, DType::f32), slopes(weights.shape(), DType::f32);
  float *a = weights.output<float>(), *s = slopes.output<float>();
  std::optional<PackedItem> packed;
  for (std::int64_t row = 0; row < sizes.queries; row += kTileRows) {
    const std::int64_t rows = std::min(kTileRows, sizes.queries - row), length = in.segment_length(item, row);
    sums.begin_tile();
    if (length == 0) continue;
    if (!packed || packed->keys.columns() != length) packed.emplace(in, item, length);
    const float *query = in.query(item) + row * dim, *g = gradient + row * width;
    weigh(in, item, row, rows, packed->keys, a);
    multiply(length, rows, {a, 1, length}, Matrix{g, width, 1}, width, sums.values(), true);
    multiply(rows, width, {g, width, 1}, packed->values, length, s);
    best<kernels::SoftmaxKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i)
        kernel.backward(kernels::Softmax::probabilities,
                        kernels::SoftmaxGradientRow<float>{a + i * length, s + i * length, s + i * length, length,
                                                           in.length(item, row + i), in.allowed(item, row + i)});
    });
    multiply(rows, length, {s, length, 1}, packed->keys_down, dim, dq + row * dim);
    multiply(length, rows, {s, 1, length}, Matrix{query, dim, 1}, dim, sums.keys(), true);
  }
}

// Returns whether there are at least as many heads as key heads, a multiple of them, and all axes before are the same.
bool groups_of_heads(const Shape& query, const Shape& key) {
  if (query == key) return true;
  const int last = query.dims() - 1;
  if (last < 1 || key.dims() != query.dims() || key[last] == 0 || query[last] % key[last] != 0) return false;
  Shape one = query;
  one[last] = key[last];
  return one == key;
}

}  // namespace

Shape score_shape(const Shape& query, const Shape& key) {
  Shape scores = query;
  scores[query.dims() - 1] = key.back(1);
  return scores;
}

void check_attention(const char* op, const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask,
                     Where caller) {
  check_defined(op, "query", query, caller);
  check_defined(op, "key", key, caller);
  check_defined(op, "value", value, caller);
  const bool fits = query.dims() >= 3 && key.dims() >= 3 && value.dims() >= 3 &&
                    groups_of_heads(batch_of(query.shape()), batch_of(key.shape())) &&
                    batch_of(key.shape()) == batch_of(value.shape()) && query.shape().back() == key.shape().back() &&
                    key.shape().back(1) == value.shape().back(1);
  check<ShapeError>(fits, caller, op,
                    ": takes query [batch, .., queries, dim], key [batch, .., keys, dim] and value [batch, .., keys, "
                    "width], not ",
                    query.shape(), ", ", key.shape(), " and ", value.shape());
  check<DtypeError>(is_floating(query.dtype()) && query.dtype() == key.dtype() && key.dtype() == value.dtype(), caller, op,
                    ": takes f32 or f64, the same for all, not ", query.dtype(), ", ", key.dtype(), " and ", value.dtype());
  check_attention_mask(op, mask, score_shape(query.shape(), key.shape()), query.dtype(), caller);
}

Tensor attention_in_tiles(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask, Where caller) {
  OpScope profile("attention", caller, query, key, value);
  const Sizes sizes = sizes_of(query, key, value);
  const Arguments in(sizes, query, key, value, mask);
  Shape shape = query.shape();
  shape[shape.dims() - 1] = sizes.width;
  Tensor result(shape, DType::f32);
  const std::int64_t work = std::max<std::int64_t>(kTileRows * sizes.keys * (sizes.dim + sizes.width), 1);
  parallel_for(sizes.items * sizes.tiles(), (kernels::kThreadWork + work - 1) / work,
               [&](std::int64_t begin, std::int64_t end) { forward_tiles(in, begin, end, result.output<float>()); });
  return result;
}

AttentionGradients attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key, const Tensor& value,
                                       const AttentionMask& mask) {
  OpScope profile("attention_gradient", {}, query, key, value);
  const Sizes sizes = sizes_of(query, key, value);
  const Arguments in(sizes, query, key, value, mask);
  const Tensor g = contiguous(gradient);
  AttentionGradients to{zeros(query.shape()), zeros(key.shape()), zeros(value.shape())};
  float *dq = to.query.output<float>(), *dk = to.key.output<float>(), *dv = to.value.output<float>();
  parallel_for(sizes.items / sizes.heads, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t of = begin; of < end; ++of) {
      KeySums sums(sizes, dk + of * sizes.keys * sizes.dim, dv + of * sizes.keys * sizes.width);
      for (std::int64_t item = of * sizes.heads; item < (of + 1) * sizes.heads; ++item)
        item_backward(in, item, g.data<float>() + item * sizes.queries * sizes.width, dq + item * sizes.queries * sizes.dim,
                      sums);
      sums.finish();
    }
  });
  return to;
}

}  // namespace weft
