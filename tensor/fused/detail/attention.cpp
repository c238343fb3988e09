#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/detail/attention.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/kernels/softmax.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/reduction/detail/long_sums.h>
#include <weft/tensor/reduction/lengths.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <utility>

namespace weft {

namespace {

using Matrix = kernels::Matrix<float>;
using kernels::PackedMatrix;

constexpr std::int64_t kTileRows = 96;

struct Sizes {
  std::int64_t examples, items, queries, keys, dim, width;  // items: the product of all axes before the last two

  std::int64_t tiles() const { return (queries + kTileRows - 1) / kTileRows; }
};

Sizes sizes_of(const Tensor& query, const Tensor& key, const Tensor& value) {
  return {query.shape()[0],    batch_of(query.shape()).numel(), query.shape().back(1), key.shape().back(1), query.shape().back(),
          value.shape().back()};
}

// The arguments, made contiguous, and where each item's part of them begins.
class Arguments {
 public:
  Arguments(const Sizes& sizes, const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& lengths)
      : sizes_(sizes),
        query_(contiguous(query)),
        key_(contiguous(key)),
        value_(contiguous(value)),
        lengths_(lengths.defined() ? contiguous(lengths) : Tensor()) {}

  const Sizes& sizes() const { return sizes_; }
  const float* query(std::int64_t item) const { return query_.data<float>() + item * sizes_.queries * sizes_.dim; }
  const float* key(std::int64_t item) const { return key_.data<float>() + item * sizes_.keys * sizes_.dim; }
  const float* value(std::int64_t item) const { return value_.data<float>() + item * sizes_.keys * sizes_.width; }
  // Returns how many keys of the item count.
  std::int64_t length(std::int64_t item) const {
    return lengths_.defined() ? lengths_.data<std::int64_t>()[item / (sizes_.items / sizes_.examples)] : sizes_.keys;
  }
  PackedMatrix keys_across(std::int64_t item) const { return {sizes_.dim, length(item), {key(item), 1, sizes_.dim}}; }

 private:
  Sizes sizes_;
  Tensor query_, key_, value_, lengths_;
};

// C [m, n] = A B, or C += A B with `accumulate`. Rows of C are n apart.
template <class Right>
void multiply(std::int64_t m, std::int64_t k, Matrix a, const Right& b, std::int64_t n, float* c, bool accumulate = false) {
  kernels::gemm({m, n, k, a, c, n, {.accumulate = accumulate}}, b);
}

// Computes the weights of `rows` queries, [rows, length].
void weigh(const Arguments& in, std::int64_t rows, const float* query, const PackedMatrix& keys, float* weights) {
  const std::int64_t dim = in.sizes().dim, length = keys.columns();
  multiply(rows, dim, {query, dim, 1}, keys, length, weights);
  best<kernels::SoftmaxKernel>([&](auto kernel) {
    for (std::int64_t i = 0; i < rows; ++i, weights += length)
      kernel.forward(kernels::Softmax::probabilities, kernels::SoftmaxRow<float>{weights, weights, length, length, nullptr});
  });
}

// Computes tiles [begin, end), counted over all items.
void forward_tiles(const Arguments& in, std::int64_t begin, std::int64_t end, float* result) {
  const Sizes& sizes = in.sizes();
  Tensor weights({kTileRows, sizes.keys}, DType::f32);
  PackedMatrix keys, values;
  for (std::int64_t tile = begin, packed = -1; tile < end; ++tile) {
    const std::int64_t item = tile / sizes.tiles(), row = tile % sizes.tiles() * kTileRows;
    const std::int64_t rows = std::min(kTileRows, sizes.queries - row), length = in.length(item);
    if (item != std::exchange(packed, item)) {
      keys = in.keys_across(item);
      values = PackedMatrix(length, sizes.width, {in.value(item), sizes.width, 1});
    }
    float* to = result + (item * sizes.queries + row) * sizes.width;
    if (length == 0) {
      std::fill_n(to, rows * sizes.width, 0.0f);
      continue;
    }
    weigh(in, rows, in.query(item) + row * sizes.dim, keys, weights.output<float>());
    multiply(rows, length, {weights.data<float>(), length, 1}, values, sizes.width, to);
  }
}

// Gradients of one item. With weights A, their gradient G = dO V^T and that of the scores S = A (G - sum(A G)): dQ = S K, dK =
// S^T Q, dV = A^T dO. The last two are sums over the tiles, in chains of kChain tiles.
void item_backward(const Arguments& in, std::int64_t item, const float* gradient, float* dq, float* dk, float* dv) {
  const Sizes& sizes = in.sizes();
  const std::int64_t length = in.length(item), dim = sizes.dim, width = sizes.width;
  const PackedMatrix keys = in.keys_across(item), values(width, length, {in.value(item), 1, width});
  const PackedMatrix keys_down(length, dim, {in.key(item), dim, 1});
  Tensor weights({kTileRows, length}, DType::f32), slopes(weights.shape(), DType::f32);
  float *a = weights.output<float>(), *s = slopes.output<float>();
  WaitingSums<float> dk_waiting(length * dim), dv_waiting(length * width);
  for (std::int64_t row = 0; row < sizes.queries; row += kTileRows) {
    if (row > 0 && row % (kernels::kChain * kTileRows) == 0) {
      dk_waiting.end_chain(0, dk);
      dv_waiting.end_chain(0, dv);
    }
    const std::int64_t rows = std::min(kTileRows, sizes.queries - row);
    const float *query = in.query(item) + row * dim, *g = gradient + row * width;
    weigh(in, rows, query, keys, a);
    multiply(length, rows, {a, 1, length}, Matrix{g, width, 1}, width, dv, true);
    multiply(rows, width, {g, width, 1}, values, length, s);
    best<kernels::SoftmaxKernel>([&](auto kernel) {
      for (std::int64_t i = 0; i < rows; ++i)
        kernel.backward(
            kernels::Softmax::probabilities,
            kernels::SoftmaxGradientRow<float>{a + i * length, s + i * length, s + i * length, length, length, nullptr});
    });
    multiply(rows, length, {s, length, 1}, keys_down, dim, dq + row * dim);
    multiply(length, rows, {s, 1, length}, Matrix{query, dim, 1}, dim, dk, true);
  }
  dk_waiting.finish([=](std::int64_t) { return dk; });
  dv_waiting.finish([=](std::int64_t) { return dv; });
}

}  // namespace

void check_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& lengths,
                                 Where caller) {
  const char* op = "dot_product_attention";
  check_defined(op, "query", query, caller);
  check_defined(op, "key", key, caller);
  check_defined(op, "value", value, caller);
  const bool fits = query.dims() >= 3 && key.dims() >= 3 && value.dims() >= 3 &&
                    batch_of(query.shape()) == batch_of(key.shape()) && batch_of(key.shape()) == batch_of(value.shape()) &&
                    query.shape().back() == key.shape().back() && key.shape().back(1) == value.shape().back(1);
  check<ShapeError>(fits, caller, op,
                    ": takes query [batch, .., queries, dim], key [batch, .., keys, dim] and value [batch, .., keys, "
                    "width], not ",
                    query.shape(), ", ", key.shape(), " and ", value.shape());
  check<DtypeError>(is_floating(query.dtype()) && query.dtype() == key.dtype() && key.dtype() == value.dtype(), caller, op,
                    ": takes f32 or f64, the same for all, not ", query.dtype(), ", ", key.dtype(), " and ", value.dtype());
  if (lengths.defined()) checked_lengths(op, lengths, key.shape()[0], key.shape().back(1), caller);
}

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& lengths, Where caller) {
  OpScope profile("dot_product_attention", caller, query, key, value);
  check_dot_product_attention(query, key, value, lengths, caller);
  if (query.dtype() != DType::f32)
    return matmul(softmax(matmul(query, transpose(key)), lengths),
                  harmless_padding(value, lengths, -2, caller, "dot_product_attention"));
  const Sizes sizes = sizes_of(query, key, value);
  const Arguments in(sizes, query, key, value, lengths);
  Shape shape = query.shape();
  shape[shape.dims() - 1] = sizes.width;
  Tensor result(shape, DType::f32);
  const std::int64_t work = std::max<std::int64_t>(kTileRows * sizes.keys * (sizes.dim + sizes.width), 1);
  parallel_for(sizes.items * sizes.tiles(), (kernels::kThreadWork + work - 1) / work,
               [&](std::int64_t begin, std::int64_t end) { forward_tiles(in, begin, end, result.output<float>()); });
  return result;
}

AttentionGradients dot_product_attention_gradients(const Tensor& gradient, const Tensor& query, const Tensor& key,
                                                   const Tensor& value, const Tensor& lengths) {
  OpScope profile("dot_product_attention_gradient", {}, query, key, value);
  const Sizes sizes = sizes_of(query, key, value);
  const Arguments in(sizes, query, key, value, lengths);
  const Tensor g = contiguous(gradient);
  AttentionGradients to{zeros(query.shape()), zeros(key.shape()), zeros(value.shape())};
  float *dq = to.query.output<float>(), *dk = to.key.output<float>(), *dv = to.value.output<float>();
  parallel_for(sizes.items, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item)
      if (in.length(item) > 0)
        item_backward(in, item, g.data<float>() + item * sizes.queries * sizes.width, dq + item * sizes.queries * sizes.dim,
                      dk + item * sizes.keys * sizes.dim, dv + item * sizes.keys * sizes.width);
  });
  return to;
}

}  // namespace weft
