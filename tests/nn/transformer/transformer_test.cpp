#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/nn/transformer/transformer_decoder.h>
#include <weft/nn/transformer/transformer_encoder.h>
#include <weft/tensor/array/create.h>

#include <limits>

#include "tests/nn/layer_checks.h"

using namespace weft;

namespace {

nn::TransformerOptions small(double dropout = 0) { return {.feedforward_dim = 6, .dropout = dropout, .key_heads = 1}; }

Tensor lengths_of(std::vector<std::int64_t> lengths) { return tensor(std::move(lengths)); }

}  // namespace

TEST_CASE("Transformer layers pass gradient checks") {
  Numbers numbers(5);
  nn::TransformerOptions pre = small();
  pre.norm_first = pre.final_norm = true;
  pre.activation = [](const Variable& x) { return gelu(x); };
  nn::TransformerEncoder encoder(nn::root, 4, 2, 2, pre);
  const Tensor lengths = lengths_of({3, 1});
  check_gradients(encoder, {numbers.tensor({2, 3, 4})},
                  [&](const std::vector<Variable>& in) { return encoder(in[0], {.lengths = lengths}); });
  nn::TransformerDecoder decoder(nn::root, 4, 2, 1, pre);
  check_gradients(decoder, {numbers.tensor({2, 3, 4}), numbers.tensor({2, 3, 4})},
                  [&](const std::vector<Variable>& in) { return decoder(in[0], in[1], {.causal = true}, {.lengths = lengths}); });
}

TEST_CASE("a row of a Transformer encoder does not depend on padding, batch or threads") {
  nn::TransformerEncoder encoder(nn::root, 24, 4, 2, {.feedforward_dim = 40, .dropout = 0, .final_norm = true});
  check_rows(24, [&](const Tensor& x, const Tensor& lengths) {
    return contiguous(slice(encoder(x, {.lengths = lengths}).tensor(), 1, 0, 1));
  });
}

TEST_CASE("NaN in the padding reaches no result and no gradient of a Transformer encoder") {
  Numbers numbers(6);
  Tensor x = numbers.tensor({2, 3, 4}, DType::f32);
  Tensor padding = slice(slice(x, 0, 1, 2), 1, 1, 3);
  fill(padding, std::numeric_limits<double>::quiet_NaN());
  nn::TransformerEncoder encoder(nn::root, 4, 2, 1, small());
  const Variable in = leaf(x);
  mean(encoder(in, {.lengths = lengths_of({3, 1})}), lengths_of({3, 1})).backward(ones({2, 4}), {});
  for (nn::Parameter* parameter : encoder.parameters()) CHECK(is_finite(parameter->grad().tensor()));
  CHECK(is_finite(in.grad().tensor()));
}

TEST_CASE("steps of a causal Transformer encoder have the bits of the whole sequence") {
  NoGrad scope;
  Numbers numbers(7);
  for (bool norm_first : {false, true}) {
    nn::TransformerOptions options{.feedforward_dim = 40, .norm_first = norm_first, .key_heads = 2, .final_norm = true};
    nn::TransformerEncoder model(nn::root, 24, 4, 2, options);
    model.eval();
    const Tensor x = numbers.tensor({3, 7, 24}, DType::f32);
    const Tensor whole = model(x, {.causal = true}).tensor();
    nn::TransformerEncoder::State state;
    std::vector<Tensor> parts;
    for (auto [begin, end] : {std::pair{0, 1}, {1, 2}, {2, 5}, {5, 6}, {6, 7}})
      parts.push_back(model.step(slice(x, 1, begin, end), state).tensor());
    CHECK(equal_bits(concat(std::span<const Tensor>(parts), 1), whole));
    CHECK(state[1].time() == 7);
    CHECK(state[1].keys.shape() == Shape{3, 2, 7, 6});
  }
}

TEST_CASE("steps of a Transformer decoder have the bits of the whole sequence") {
  NoGrad scope;
  Numbers numbers(8);
  nn::TransformerDecoder model(nn::root, 24, 4, 2, {.feedforward_dim = 40, .final_norm = true});
  model.eval();
  const Tensor x = numbers.tensor({3, 5, 24}, DType::f32), memory = numbers.tensor({3, 6, 24}, DType::f32);
  const Tensor lengths = lengths_of({6, 2, 4});
  const Tensor whole = model(x, memory, {.causal = true}, {.lengths = lengths}).tensor();
  nn::TransformerDecoder::State state = model.prepare(memory, lengths);
  std::vector<Tensor> parts;
  for (std::int64_t t = 0; t < 5; ++t) parts.push_back(model.step(slice(x, 1, t, t + 1), state).tensor());
  CHECK(equal_bits(concat(std::span<const Tensor>(parts), 1), whole));
}

TEST_CASE("dropout is active in every part of a Transformer layer, in training only") {
  Numbers numbers(9);
  const Tensor x = numbers.tensor({2, 3, 4}, DType::f32);
  nn::TransformerDecoderLayer layer(nn::root, 4, 2, {.feedforward_dim = 6, .dropout = 0.5});
  std::vector<std::string> paths;
  layer.for_each_module([&](nn::Module& module) {
    if (module.generator()) paths.push_back(module.path());
  });
  CHECK(paths ==
        std::vector<std::string>{"self_attn.dropout", "dropout", "dropout1", "dropout2", "multihead_attn.dropout", "dropout3"});
  layer.train();
  CHECK_FALSE(equal_bits(layer(x, x).tensor(), layer(x, x).tensor()));
  layer.eval();
  CHECK(equal_bits(layer(x, x).tensor(), layer(x, x).tensor()));
}

TEST_CASE("Transformers: errors name the rule and the values") {
  CHECK_THROWS_WITH_AS(nn::TransformerEncoder(nn::root, 4, 2, 0), doctest::Contains("there must be at least one layer, not 0"),
                       ValueError);
  CHECK_THROWS_WITH_AS(nn::TransformerDecoder(nn::root, 4, 2, -1), doctest::Contains("there must be at least one layer, not -1"),
                       ValueError);
  CHECK_THROWS_WITH_AS(nn::MultiHeadAttention(nn::root, 12, 4, {.key_heads = 3}),
                       doctest::Contains("3 key heads do not divide 4 heads"), ValueError);
  CHECK_THROWS_WITH_AS(nn::MultiHeadAttention(nn::root, 12, 4, {.value_dim = -1}),
                       doctest::Contains("12 and -1, must be positive"), ValueError);
  nn::TransformerEncoder::State other(3);
  CHECK_THROWS_WITH_AS(nn::TransformerEncoder(nn::root, 4, 2, 2, small()).step(zeros({1, 1, 4}), other),
                       doctest::Contains("transformer encoder: a state of 3 layers for 2 layers"), ValueError);
  nn::TransformerDecoder decoder(nn::root, 4, 2, 2, small());
  const Tensor x = zeros({2, 3, 4});
  nn::TransformerDecoder::State state;
  CHECK_THROWS_WITH_AS(decoder.step(x, state), doctest::Contains("a state of 0 layers for 2 layers; prepare() makes one"),
                       ValueError);
  state = decoder.prepare(x);
  decoder.step(x, state);
  CHECK_THROWS_WITH_AS(decoder.step(zeros({1, 1, 4}), state), doctest::Contains("does not continue a past with a batch of 2"),
                       ShapeError);
  CHECK_THROWS_AS(decoder(zeros({2, 3, 5}), x), ShapeError);
  const nn::MultiHeadAttention attention(nn::root, 4, 2);
  const nn::HeadMemory memory = attention.prepare(x, x, lengths_of({3, 1}));
  CHECK_THROWS_WITH_AS(attention(x, memory, {.lengths = lengths_of({3, 1})}),
                       doctest::Contains("both the memory and the mask have lengths"), ValueError);
  CHECK_THROWS_AS(attention(zeros({3, 3, 4}), memory), ShapeError);
  CHECK_THROWS_AS(attention(x, nn::HeadMemory()), ValueError);
}

TEST_CASE("copies of a decoder's state continue on their own") {
  NoGrad scope;
  Numbers numbers(10);
  nn::TransformerEncoder model(nn::root, 8, 2, 1, {.feedforward_dim = 8, .dropout = 0});
  const Tensor begin = numbers.tensor({1, 3, 8}, DType::f32), a = numbers.tensor({1, 2, 8}, DType::f32),
               b = numbers.tensor({1, 2, 8}, DType::f32);
  const auto whole = [&](const Tensor& end) {
    return contiguous(slice(model(concat({begin, end}, 1), {.causal = true}).tensor(), 1, 3, 5));
  };
  nn::TransformerEncoder::State first;
  model.step(begin, first);
  nn::TransformerEncoder::State second = first, third;
  const Tensor first_key = contiguous(first[0].keys.tensor());
  const Tensor by_a = model.step(a, first).tensor(), by_b = model.step(b, second).tensor();
  CHECK(equal_bits(by_a, whole(a)));
  CHECK(equal_bits(by_b, whole(b)));
  CHECK(equal_bits(contiguous(slice(first[0].keys.tensor(), 2, 0, 3)), first_key));
  CHECK(equal_bits(contiguous(slice(second[0].keys.tensor(), 2, 0, 3)), first_key));
  // In the graph every step has tensors of its own, because gradients need those of earlier steps.
  const GradMode recorded(true);
  model.step(begin, third);
  const Variable y = model.step(a, third);
  sum(y).backward();
  CHECK(equal_bits(y.tensor(), whole(a)));
}
