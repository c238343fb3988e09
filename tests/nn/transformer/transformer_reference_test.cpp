#include <weft/autograd/basics/math.h>
#include <weft/autograd/fused/scaled_dot_product_attention.h>
#include <weft/nn/transformer/transformer_decoder.h>
#include <weft/nn/transformer/transformer_encoder.h>
#include <weft/tensor/array/copy.h>

#include "tests/nn/layer_checks.h"
#include "tests/reference/recorded.h"

using namespace weft;

namespace {

constexpr double kBound = 1e-12;

void check_close(const Variable& ours, const Tensor& theirs) {
  REQUIRE(ours.defined());
  CHECK(max_difference(ours.tensor(), theirs) < kBound);
}

Recorded recorded(const std::string& name) { return {"transformer.safetensors", name}; }

void load(nn::Module& layer, const Recorded& from) {
  layer.to(DType::f64);
  for (nn::Parameter* parameter : layer.parameters()) copy_to(parameter->tensor(), from[parameter->path()]);
}

// Checks the result and the gradients of the named inputs and of all parameters.
void check_result(const Variable& result, const Recorded& expected, const std::vector<std::pair<std::string, Variable>>& inputs,
                  nn::Module* layer = nullptr) {
  check_close(result, expected["result"]);
  result.backward(expected["seed"], {});
  for (const auto& [name, input] : inputs) check_close(input.grad(), expected["grad_" + name]);
  if (!layer) return;
  for (nn::Parameter* parameter : layer->parameters()) {
    CAPTURE(parameter->path());
    check_close(parameter->grad(), expected["grad_" + parameter->path()]);
  }
}

void check_attention(const std::string& name, const AttentionMask& mask, const ScaledDotProductOptions& options = {}) {
  CAPTURE(name);
  const Recorded expected = recorded(name);
  const Variable query = leaf(expected["query"]), key = leaf(expected["key"]), value = leaf(expected["value"]);
  check_result(scaled_dot_product_attention(query, key, value, mask, options), expected,
               {{"query", query}, {"key", key}, {"value", value}});
}

template <class Layer>
void check_encoder(const std::string& name, Layer layer, bool causal) {
  CAPTURE(name);
  const Recorded expected = recorded(name);
  load(layer, expected);
  const Variable x = leaf(expected["x"]);
  const AttentionMask mask = causal ? AttentionMask{.causal = true} : AttentionMask{.lengths = expected["lengths"]};
  check_result(layer(x, mask), expected, {{"x", x}}, &layer);
}

template <class Layer>
void check_decoder(const std::string& name, Layer layer) {
  CAPTURE(name);
  const Recorded expected = recorded(name);
  load(layer, expected);
  const Variable x = leaf(expected["x"]), memory = leaf(expected["memory"]);
  check_result(layer(x, memory, {.causal = true}, {.lengths = expected["lengths"]}), expected, {{"x", x}, {"memory", memory}},
               &layer);
}

}  // namespace

TEST_CASE("scaled dot-product attention gives PyTorch's numbers with its masks and grouped heads") {
  check_attention("causal", {.causal = true});
  check_attention("bool_mask", {.mask = recorded("bool_mask")["mask"]});
  check_attention("float_mask", {.mask = recorded("float_mask")["mask"]}, {.scale = 0.3});
  check_attention("float_mask", {}, {.scale = 0.3, .bias = leaf(recorded("float_mask")["mask"])});
  check_attention("grouped_heads", {.causal = true});
}

TEST_CASE("multi-head attention gives PyTorch's numbers with keys and values of other sizes") {
  const Recorded expected = recorded("multi_head_sizes");
  nn::MultiHeadAttention layer(nn::root, 6, 3, {.key_dim = 4, .value_dim = 5});
  load(layer, expected);
  CHECK(layer.parameters().size() == 6);
  const Variable query = leaf(expected["query"]), key = leaf(expected["key"]), value = leaf(expected["value"]);
  const AttentionMask mask{.lengths = expected["lengths"], .causal = true};
  check_close(layer.attend(query, key, value, mask).weights, expected["weights"]);
  check_result(layer(query, key, value, mask), expected, {{"query", query}, {"key", key}, {"value", value}}, &layer);
}

TEST_CASE("Transformer encoders give PyTorch's numbers, with its names") {
  const nn::TransformerOptions post{.feedforward_dim = 8, .dropout = 0};
  nn::TransformerOptions pre = post, gelu_pre = post, no_bias = post;
  pre.norm_first = pre.final_norm = gelu_pre.norm_first = true;
  gelu_pre.activation = [](const Variable& x) { return gelu(x); };
  no_bias.bias = false;
  check_encoder("encoder_layer", nn::TransformerEncoderLayer(nn::root, 6, 2, post), false);
  check_encoder("encoder_layer_pre", nn::TransformerEncoderLayer(nn::root, 6, 2, gelu_pre), false);
  check_encoder("encoder_layer_no_bias", nn::TransformerEncoderLayer(nn::root, 6, 2, no_bias), false);
  check_encoder("encoder", nn::TransformerEncoder(nn::root, 6, 2, 2, pre), true);
}

TEST_CASE("Transformer decoders give PyTorch's numbers, with its names") {
  const nn::TransformerOptions post{.feedforward_dim = 8, .dropout = 0};
  nn::TransformerOptions pre = post, final_norm = post;
  pre.norm_first = final_norm.final_norm = true;
  check_decoder("decoder_layer", nn::TransformerDecoderLayer(nn::root, 6, 3, post));
  check_decoder("decoder_layer_pre", nn::TransformerDecoderLayer(nn::root, 6, 3, pre));
  check_decoder("decoder", nn::TransformerDecoder(nn::root, 6, 3, 2, final_norm));
}
