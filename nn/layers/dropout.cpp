#include <weft/autograd/basics/math.h>
#include <weft/autograd/engine/fused.h>
#include <weft/nn/layers/detail/dropout_ops.h>
#include <weft/nn/layers/dropout.h>
#include <weft/tensor/array/copy.h>

#include <utility>

namespace weft::nn {

namespace {

// Computes x * kept * scale, written to x if `in_place`.
Tensor dropped(const Tensor& x, const Tensor& kept, double scale, bool in_place) {
  Tensor result = in_place ? x : Tensor(x.shape(), x.dtype());
  dropout_op.update({result}, x, kept, scale);
  return result;
}

// The mask is saved as bytes.
Variable drop(const Variable& x, const Tensor& kept, double scale, Where caller) {
  const Tensor result = dropped(x.tensor(), kept, scale, weft::detail::only_here(x));
  const auto kernel = [scale](const Backward& b) -> Variables {
    return {dropped(b.grad().tensor(), b.input(1).tensor(), scale, b.reusable_grad().defined()), {}};
  };
  const auto differentiable = [scale](const Backward& b) -> Variables {
    return {b.grad() * (cast(b.input(1).tensor(), b.grad().dtype()) * scale), {}};
  };
  return record_fused("dropout", caller, {x, kept}, result, {.inputs = 0b10}, kernel, differentiable,
                      examples::SameOrder{.linear = true});
}

}  // namespace

Dropout::Dropout(const Owner& parent, const std::string& name, double p) : Module(parent, name), p_(p) {
  require<ValueError>(p >= 0 && p <= 1, "dropout: p is ", p, ", outside 0..1");
}

Tensor Dropout::mask(const Shape& shape, DType dtype) const {
  if (!active()) return {};
  const Tensor kept = bernoulli(shape, 1 - p_, dtype, stream_.generator());
  return p_ < 1 ? kept * (1 / (1 - p_)) : kept;
}

Variable Dropout::operator()(Variable x, Where caller) const {
  check_defined("dropout", std::as_const(x).tensor(), caller);
  if (!active()) return x;
  LayerScope scope(*this, caller);
  if (!is_floating(x.dtype())) return x * mask(x.shape(), x.dtype());
  const Tensor kept = bernoulli(x.shape(), 1 - p_, DType::boolean, stream_.generator());
  return drop(x, kept, p_ < 1 ? 1 / (1 - p_) : 1, caller);
}

}  // namespace weft::nn
