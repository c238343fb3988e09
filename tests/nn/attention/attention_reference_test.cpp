#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/multi_head_attention.h>

#include "tests/nn/layer_checks.h"
#include "tests/reference/recorded.h"

using namespace weft;

namespace {

constexpr double kPyTorch = 1e-12, kKeras = 2e-7;  // Keras multiplies matrices in f32 even in layers of f64

void check_close(const Variable& ours, const Tensor& theirs, double bound) {
  REQUIRE(ours.defined());
  CHECK(max_difference(ours.tensor(), theirs) < bound);
}

// Checks the context and the gradients for query, key and value. Returns the weights.
template <class Layer>
Variable check_recorded(const Layer& layer, const Recorded& recorded, double bound) {
  Variable query = leaf(recorded["query"]), key = leaf(recorded["key"]), value = leaf(recorded["value"]);
  nn::Attended result = layer.attend(query, key, value, recorded["lengths"]);
  check_close(result.context, recorded["context"], bound);
  result.context.backward(recorded["seed"], {});
  check_close(query.grad(), recorded["grad_query"], bound);
  check_close(key.grad(), recorded["grad_key"], bound);
  check_close(value.grad(), recorded["grad_value"], bound);
  return result.weights;
}

}  // namespace

TEST_CASE("scaled attention gives PyTorch's numbers") {
  check_recorded(nn::Attention(nn::root, {.scaled = true}), Recorded("attention.safetensors", "scaled_dot_product"), kPyTorch);
}

TEST_CASE("attention gives Keras's numbers") {
  Recorded dot("attention.safetensors", "keras_attention"), additive("attention.safetensors", "keras_additive_attention");
  check_close(check_recorded(nn::Attention(nn::root), dot, kKeras), dot["weights"], kKeras);
  nn::KerasAdditiveAttention layer(nn::root, 6);
  layer.to(DType::f64);
  copy_to(layer.scale.tensor(), additive["scale"]);
  check_close(check_recorded(layer, additive, kKeras), additive["weights"], kKeras);
}

TEST_CASE("multi-head attention gives PyTorch's numbers, with its names") {
  Recorded recorded("attention.safetensors", "multi_head");
  nn::MultiHeadAttention layer(nn::root, 6, 3);
  layer.to(DType::f64);
  for (nn::Parameter* parameter : layer.parameters()) copy_to(parameter->tensor(), recorded[parameter->path()]);
  check_close(check_recorded(layer, recorded, kPyTorch), recorded["weights"], kPyTorch);
  for (nn::Parameter* parameter : layer.parameters())
    check_close(parameter->grad(), recorded["grad_" + parameter->path()], kPyTorch);
}
