#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/scaled_dot_product_attention.h>

#include <cmath>

namespace weft {

namespace {

constexpr const char* kOp = "scaled_dot_product_attention";

}  // namespace

Variable scaled_dot_product_attention(const Variable& query, const Variable& key, const Variable& value,
                                      const AttentionMask& mask, const ScaledDotProductOptions& options, Where caller) {
  check_defined(kOp, "query", query.tensor(), caller);
  check<ShapeError>(query.dims() >= 1, caller, kOp, ": a scalar is no query");
  check<DtypeError>(is_floating(query.dtype()), caller, kOp, ": takes f32 or f64, not ", query.dtype());
  const double scale = options.scale.value_or(1 / std::sqrt(static_cast<double>(query.shape().back())));
  return dot_product_attention(scale == 1 ? query : query * scale, key, value, mask, options.bias, kOp, caller);
}

Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionMask& mask,
                                    const ScaledDotProductOptions& options, Where caller) {
  return scaled_dot_product_attention(Variable(query), Variable(key), Variable(value), mask, options, caller).tensor();
}

}  // namespace weft
