// Gradients keep their bits if a batch is padded further.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/attention/additive_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include <functional>

#include "tests/numbers.h"

using namespace weft;

namespace {

constexpr std::int64_t kDim = 6, kTime = 600;
const std::vector<std::int64_t> kLengths{3, 600, 64, 180, 1, 130, 0, 512, 90};  // 1580 rows

// Returns x [batch, time, ..] with `padding` more steps and `value` everywhere after the lengths.
Tensor padded(const Tensor& x, std::int64_t padding, double value) {
  Shape shape = x.shape();
  shape[1] += padding;
  Tensor result = full(shape, value, x.dtype());
  for (std::size_t i = 0; i < kLengths.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    Tensor to = slice(select(result, 0, row), 0, 0, kLengths[i]);
    if (kLengths[i] > 0) copy_to(to, slice(select(x, 0, row), 0, 0, kLengths[i]));
  }
  return result;
}

using Call = std::function<Variable(const Tensor& x, const Tensor& lengths)>;

// Returns the gradients of the leaves for a loss that includes outputs only within the lengths.
std::vector<Tensor> gradients(const std::vector<Variable>& leaves, const Call& call, const Tensor& x, std::int64_t padding,
                              bool create_graph) {
  const Variable y = call(padded(x, padding, is_floating(x.dtype()) ? 0.5 : 2), tensor(kLengths));
  Shape shape = y.shape();
  const bool in_time = shape.dims() > 2;
  if (in_time) shape[1] -= padding;
  Tensor seed = Numbers(5).tensor(shape, y.dtype());
  if (in_time) seed = padded(seed, padding, 0);
  std::vector<Tensor> found;
  for (const Variable& gradient : grad({y}, leaves, {.create_graph = create_graph}, {seed})) found.push_back(gradient.tensor());
  return found;
}

void check_padding(const std::vector<Variable>& leaves, const Call& call, const Tensor& x, bool graph_too = true) {
  for (bool create_graph : {false, true}) {
    if (create_graph && !graph_too) continue;
    CAPTURE(create_graph);
    const std::vector<Tensor> expected = gradients(leaves, call, x, 0, create_graph);
    for (std::int64_t padding : {1, 7, 300}) {
      CAPTURE(padding);
      const std::vector<Tensor> found = gradients(leaves, call, x, padding, create_graph);
      for (std::size_t i = 0; i < leaves.size(); ++i) {
        CAPTURE(i);
        CHECK(equal_bits(found[i], expected[i]));
      }
    }
  }
}

std::vector<Variable> parameters_of(nn::Module& layer) {
  std::vector<Variable> leaves;
  for (nn::Parameter* parameter : layer.parameters()) leaves.push_back(parameter->variable());
  return leaves;
}

Tensor inputs(DType dtype = DType::f32) { return Numbers(3).tensor({std::ssize(kLengths), kTime, kDim}, dtype); }

}  // namespace

TEST_CASE("padding changes no bit of the gradients of products and broadcast tensors") {
  Numbers random(7);
  for (DType dtype : {DType::f32, DType::f64}) {
    const Variable weight = leaf(random.tensor({kDim, 20}, dtype)), bias = leaf(random.tensor({20}, dtype)),
                   scale = leaf(random.tensor({20}, dtype)), one = leaf(random.tensor({1}, dtype));
    check_padding(
        {weight}, [&](const Tensor& x, const Tensor&) { return matmul(Variable(x), weight); }, inputs(dtype));
    check_padding(
        {weight, bias}, [&](const Tensor& x, const Tensor&) { return linear(x, transpose(weight), bias); }, inputs(dtype));
    check_padding(
        {bias, scale, one}, [&](const Tensor& x, const Tensor&) { return matmul(x, weight.tensor()) * scale * one + bias; },
        inputs(dtype));
  }
}

TEST_CASE("padding changes no bit of the gradients of a flattened batch") {
  Numbers random(7);
  const Variable weight = leaf(random.tensor({kDim, 20}, DType::f32));
  check_padding(
      {weight},
      [&](const Tensor& x, const Tensor&) {
        const Variable rows = reshape(Variable(x), {x.size(0) * x.size(1), kDim});
        return reshape(matmul(rows, weight), {x.size(0), x.size(1), 20});
      },
      inputs());
}

TEST_CASE("padding changes no bit of the gradients of layer_norm") {
  Numbers random(7);
  const Variable weight = leaf(random.tensor({kDim}, DType::f32)), bias = leaf(random.tensor({kDim}, DType::f32));
  check_padding(
      {weight, bias}, [&](const Tensor& x, const Tensor&) { return layer_norm(x, weight, bias, 1e-5); }, inputs());
}

TEST_CASE("padding changes no bit of the gradients of embeddings and of index_select") {
  const Tensor ids = Numbers(4).indices({std::ssize(kLengths), kTime}, 3);
  nn::Embedding layer(nn::root, {.num_embeddings = 3, .embedding_dim = kDim});
  check_padding(
      parameters_of(layer), [&](const Tensor& x, const Tensor&) { return layer(x); }, ids);
  const Variable weight = leaf(Numbers(7).tensor({3, kDim}, DType::f32));
  check_padding(
      {weight}, [&](const Tensor& x, const Tensor&) { return index_select(weight, 0, x); }, ids);
}

TEST_CASE("padding changes no bit of the gradients of recurrent layers") {
  const auto check_layer = [&](auto&& layer) {
    check_padding(
        parameters_of(layer), [&](const Tensor& in, const Tensor& lengths) { return layer(in, lengths).output; }, inputs(),
        false);
  };
  check_layer(nn::LSTM(nn::root, {.input_size = kDim, .hidden_size = 5}));
  check_layer(nn::GRU(nn::root, {.input_size = kDim, .hidden_size = 5}));
  check_layer(nn::RNN(nn::root, {.input_size = kDim, .hidden_size = 5}));
}

TEST_CASE("padding changes no bit of the gradients of a decoder's steps") {
  Numbers random(6);
  const Variable weight = leaf(random.tensor({kDim, 4}, DType::f32)), bias = leaf(random.tensor({4}, DType::f32));
  check_padding(
      {weight, bias},
      [&](const Tensor& x, const Tensor&) {
        std::vector<Variable> steps;
        for (std::int64_t t = 0; t < x.size(1); ++t) steps.push_back(linear(select(x, 1, t), transpose(weight), bias));
        return stack(steps, 1);
      },
      inputs());
}

TEST_CASE("padding changes no bit of the gradients of attention") {
  nn::AttentionPooling pooling(nn::root, kDim, 7);
  check_padding(
      parameters_of(pooling), [&](const Tensor& x, const Tensor& lengths) { return pooling(x, lengths); }, inputs());
  nn::GeneralAttention general(nn::root, kDim, kDim);
  check_padding(
      parameters_of(general), [&](const Tensor& x, const Tensor& lengths) { return general(x, x, x, lengths); }, inputs());
  nn::MultiHeadAttention heads(nn::root, kDim, 2);
  check_padding(
      parameters_of(heads), [&](const Tensor& x, const Tensor& lengths) { return heads(x, x, x, lengths); }, inputs());
}
