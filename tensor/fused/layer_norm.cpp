#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/layer_norm.h>
#include <weft/tensor/kernels/layer_norm.h>
#include <weft/tensor/product/detail/row_product.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>

namespace weft {

namespace {

using kernels::kLayerNormBlock;
using kernels::LayerNormBackward;
using kernels::LayerNormForward;
using kernels::LayerNormKernel;

std::int64_t rows_of(const Tensor& x) { return x.shape().back() ? x.numel() / x.shape().back() : 0; }

template <class T>
const T* data_or_null(const Tensor& x) {
  return x.defined() ? x.data<T>() : nullptr;
}
template <class T>
T* output_or_null(Tensor& x) {
  return x.defined() ? x.output<T>() : nullptr;
}
Tensor contiguous_or_none(const Tensor& x) { return x.defined() ? contiguous(x) : Tensor(); }

void check_parameter(const char* name, const Tensor& parameter, const Tensor& x, Where caller) {
  if (!parameter.defined()) return;
  check<ShapeError>(parameter.shape() == Shape{x.shape().back()}, caller, "layer_norm: ", name, " is ", parameter.shape(),
                    ", x is ", x.shape());
  check<DtypeError>(parameter.dtype() == x.dtype(), caller, "layer_norm: ", name, " is ", parameter.dtype(), ", x is ",
                    x.dtype());
}

}  // namespace

LayerNormResult layer_norm_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon, Where caller) {
  OpScope profile("layer_norm", caller, x);
  check_defined("layer_norm", x, caller);
  check<ShapeError>(x.dims() >= 1, caller, "layer_norm: a scalar has no axis");
  check_parameter("weight", weight, x, caller);
  check_parameter("bias", bias, x, caller);
  const Tensor input = contiguous(x), scale = contiguous_or_none(weight), shift = contiguous_or_none(bias);
  const std::int64_t rows = rows_of(x), size = x.shape().back();
  return visit_floating("layer_norm", x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    LayerNormResult result{Tensor(x.shape(), x.dtype()), Tensor({rows}, x.dtype()), Tensor({rows}, x.dtype()),
                           Tensor({rows}, x.dtype())};
    const LayerNormForward<T> whole{input.data<T>(),
                                    data_or_null<T>(scale),
                                    data_or_null<T>(shift),
                                    result.y.template output<T>(),
                                    result.mean.template output<T>(),
                                    result.inverse_deviation.template output<T>(),
                                    result.shift.template output<T>(),
                                    rows,
                                    size,
                                    static_cast<T>(epsilon)};
    parallel_units((rows + kLayerNormBlock - 1) / kLayerNormBlock, kLayerNormBlock * size, [&](std::int64_t block) {
      LayerNormForward<T> part = whole;
      const std::int64_t row = block * kLayerNormBlock;
      part.rows = std::min(rows - row, kLayerNormBlock);
      part.x += row * size;
      part.y += row * size;
      part.mean += row;
      part.inverse_deviation += row;
      part.shift += row;
      best<LayerNormKernel>([&](auto kernel) { kernel.forward(part); });
    });
    return result;
  });
}

// The blocks of rows whose contributions to the parameters' gradients are added first contain rows of only one example of [batch,
// time, ..], so that the zeros of padding after its end change no bit.
LayerNormGradients layer_norm_backward(const Tensor& x, const Tensor& weight, const LayerNormResult& result,
                                       const Tensor& gradient, LayerNormWanted wanted) {
  OpScope profile("layer_norm_gradient", {}, x);
  const Tensor input = contiguous(x), scale = contiguous_or_none(weight), g = contiguous(gradient);
  const std::int64_t rows = rows_of(x), size = x.shape().back();
  const std::int64_t examples = wanted.each_row ? rows : x.dims() > 2 ? x.shape()[0] : 1;
  const std::int64_t example_rows = examples ? rows / examples : 0;
  const std::int64_t blocks = (example_rows + kLayerNormBlock - 1) / kLayerNormBlock;
  return visit_floating("layer_norm", x.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    LayerNormGradients gradients;
    Tensor weight_sums, bias_sums;  // one row per block of rows
    if (wanted.x) gradients.x = Tensor(x.shape(), x.dtype());
    if (wanted.weight) weight_sums = Tensor({examples, blocks, size}, x.dtype());
    if (wanted.bias) bias_sums = Tensor({examples, blocks, size}, x.dtype());
    parallel_units(examples * blocks, std::min(example_rows, kLayerNormBlock) * size, [&](std::int64_t block) {
      const std::int64_t in_example = block % blocks * kLayerNormBlock, row = block / blocks * example_rows + in_example;
      const auto at = [](auto* data, std::int64_t offset) { return data ? data + offset : nullptr; };
      const LayerNormBackward<T> part{input.data<T>() + row * size,
                                      data_or_null<T>(scale),
                                      g.data<T>() + row * size,
                                      result.mean.template data<T>() + row,
                                      result.inverse_deviation.template data<T>() + row,
                                      result.shift.template data<T>() + row,
                                      at(output_or_null<T>(gradients.x), row * size),
                                      at(output_or_null<T>(weight_sums), block * size),
                                      at(output_or_null<T>(bias_sums), block * size),
                                      std::min(example_rows - in_example, kLayerNormBlock),
                                      size};
      best<LayerNormKernel>([&](auto kernel) { kernel.backward(part); });
    });
    if (wanted.weight) gradients.weight = wanted.each_row ? reshape(weight_sums, {rows, size}) : sum_rows(weight_sums);
    if (wanted.bias) gradients.bias = wanted.each_row ? reshape(bias_sums, {rows, size}) : sum_rows(bias_sums);
    return gradients;
  });
}

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon, Where caller) {
  return layer_norm_forward(x, weight, bias, epsilon, caller).y;
}

}  // namespace weft
