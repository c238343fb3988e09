#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/graph/node.h>

namespace weft {

namespace {

// With z = (x - mean) / deviation and h = g weight: dx = (h - mean(h) - z mean(h z)) / deviation, dweight = sum of g z over the
// rows, dbias = sum of g.
struct LayerNormRule {
  double epsilon;
  bool weighted;
  LayerNormResult result;

  Variables operator()(const Backward& b) const { return grad_enabled() ? differentiable(b) : by_kernel(b); }

  Variables by_kernel(const Backward& b) const {
    const LayerNormGradients gradients = layer_norm_backward(b.input(0).tensor(), weighted ? b.input(1).tensor() : Tensor(),
                                                             result, b.grad().tensor(), {b.wants(0), b.wants(1), b.wants(2)});
    const auto given = [](const Tensor& gradient) { return gradient.defined() ? Variable(gradient) : Variable(); };
    return {given(gradients.x), given(gradients.weight), given(gradients.bias)};
  }

  Variables differentiable(const Backward& b) const {
    const Variable x = b.input(0), &g = b.grad();
    const Variable apart = centered(x, -1);
    const Variable inverse = 1 / sqrt(mean(square(apart), -1, true) + epsilon);  // [..., 1]
    const Variable z = apart * inverse;
    const Shape size{x.shape().back()};
    Variables gradients;
    gradients.resize(3);
    if (b.wants(0)) {
      const Variable h = weighted ? g * b.input(1) : g;
      gradients[0] = (h - mean(h, -1, true) - z * mean(h * z, -1, true)) * inverse;
    }
    if (b.wants(1)) gradients[1] = sum_to(g * z, size);
    if (b.wants(2)) gradients[2] = sum_to(g, size);
    return gradients;
  }
};

// An argument that may be left out.
Variable optional(const Variable& x) { return x.defined() ? x : Variable(Tensor()); }

}  // namespace

Variable layer_norm(const Variable& x, const Variable& weight, const Variable& bias, double epsilon, Where where) {
  const Variable scale = optional(weight), shift = optional(bias);
  const LayerNormResult result = layer_norm_forward(x.tensor(), scale.tensor(), shift.tensor(), epsilon, where);
  const bool weighted = scale.tensor().defined();
  return record("layer_norm", where, {x, scale, shift}, result.y, {.inputs = weighted ? 0b011u : 0b001u},
                LayerNormRule{epsilon, weighted, {Tensor(), result.mean, result.inverse_deviation, result.shift}});
}

}  // namespace weft
