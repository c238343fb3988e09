#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/layer_norm.h>

#include <utility>

namespace weft {

namespace {

// With z = (x - mean) / deviation and h = g weight: dx = (h - mean(h) - z mean(h z)) / deviation, dweight = sum of g z over the
// rows, dbias = sum of g.
Variables differentiable(const Backward& b, double epsilon) {
  const Variable x = b.input(0), weight = b.input(1);
  const Variable& g = b.grad();
  const Variable apart = centered(x, -1);
  const Variable inverse = 1 / sqrt(mean(square(apart), -1, true) + epsilon);  // [..., 1]
  const Variable z = apart * inverse;
  const Shape size{x.shape().back()};
  Variables gradients;
  gradients.resize(3);
  if (b.wants(0)) {
    const Variable h = weight.defined() ? g * weight : g;
    gradients[0] = (h - mean(h, -1, true) - z * mean(h * z, -1, true)) * inverse;
  }
  if (b.wants(1)) gradients[1] = sum_to(g * z, size);
  if (b.wants(2)) gradients[2] = sum_to(g, size);
  return gradients;
}

}  // namespace

Variable layer_norm(const Variable& x, const Variable& weight, const Variable& bias, double epsilon, Where caller) {
  LayerNormResult result = layer_norm_forward(x.tensor(), weight.tensor(), bias.tensor(), epsilon, caller);
  const Tensor y = std::exchange(result.y, Tensor());
  const auto kernel = [result](const Backward& b) -> Variables {
    const LayerNormGradients gradients = layer_norm_backward(b.input(0).tensor(), b.input(1).tensor(), result, b.grad().tensor(),
                                                             {b.wants(0), b.wants(1), b.wants(2), b.sharded()});
    if (!b.sharded()) return {gradients.x, gradients.weight, gradients.bias};
    return {gradients.x, b.sum_rows(1, gradients.weight), b.sum_rows(2, gradients.bias)};
  };
  return record_fused(
      "layer_norm", caller, {x, weight, bias}, y, {.inputs = 0b011u}, kernel,
      [epsilon](const Backward& b) { return differentiable(b, epsilon); }, examples::Blocks());
}

}  // namespace weft
