// The errors of layers and optimizers for undefined Variables name the layer, the argument and the user's line.
#include <weft/nn/weft.h>
#include <weft/optim/adam.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/clip.h>
#include <weft/optim/sgd.h>
#include <weft/optim/weight_average.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <functional>

using namespace weft;

namespace {

// `begin` is the start of the message.
void check_names(const char* begin, const std::function<void()>& call) {
  CAPTURE(begin);
  std::string message = "no error";
  try {
    call();
  } catch (const ValueError& error) {
    message = error.what();
  }
  CAPTURE(message);
  CHECK(message.starts_with(begin));
  CHECK((message.find(" undefined, at undefined_test.cpp:") != std::string::npos));
}

}  // namespace

TEST_CASE("layers name undefined Variables, in training and outside") {
  const Variable none{}, x = ones({2, 3, 4}), flat = ones({2, 4});
  const Tensor nothing{}, ids = zeros({2, 3}, DType::i64);
  const nn::Linear linear(nn::root, 4, 4);
  const nn::LayerNorm norm(nn::root, 4);
  const nn::Softmax softmax(nn::root);
  const nn::Embedding embedding(nn::root, {.num_embeddings = 5, .embedding_dim = 4});
  nn::Dropout dropout(nn::root, 0.5);
  nn::WordDropout words(nn::root, 0.5);
  nn::LSTM lstm(nn::root, {.input_size = 4, .hidden_size = 4, .dropout = 0.5, .variational = true});
  const nn::GRU gru(nn::root, {.input_size = 4, .hidden_size = 4, .layer_norm = true});
  const nn::RNN rnn(nn::root, {.input_size = 4, .hidden_size = 4});
  const nn::MultiHeadAttention heads(nn::root, 4, 2);
  const nn::TransformerEncoder encoder(nn::root, 4, 2, 1, {.feedforward_dim = 4});
  const nn::TransformerDecoder decoder(nn::root, 4, 2, 1, {.feedforward_dim = 4});
  const nn::SinusoidalPositions sinusoidal(nn::root, 4);
  const nn::LearnedPositions learned(nn::root, 5, 4);
  const nn::AttentionPooling pooling(nn::root, 4, 4);
  const nn::Attention attention(nn::root);
  const nn::AdditiveAttention additive(nn::root, 4, 4, 4);
  const nn::Sequential layers(nn::root, nn::Linear(nn::root, 4, 4));
  for (bool training : {false, true}) {
    dropout.train(training), words.train(training), lstm.train(training);
    check_names("linear: ", [&] { linear(none); });
    check_names("layer norm: the tensor is", [&] { norm(none); });
    check_names("softmax: ", [&] { softmax(none); });
    check_names("dropout: the tensor is", [&] { dropout(none); });
    check_names("word dropout: the tensor is", [&] { words(none, ids); });
    check_names("word dropout: the tensor of tokens is", [&] { words(x, nothing); });
    check_names("LSTM: the tensor is", [&] { lstm(none); });
    check_names("LSTM: the tensor is", [&] { lstm(none, nothing, {}, nn::RecurrentMasks()); });
    check_names("GRU: the tensor is", [&] { gru(none); });
    check_names("GRU: the tensor is", [&] { gru.step(none, {}); });
    check_names("RNN: the tensor is", [&] { rnn(none); });
    check_names("multi-head attention: the query is", [&] { heads(none, x, x); });
    check_names("multi-head attention: the key is", [&] { heads(x, none, x); });
    check_names("multi-head attention: the value is", [&] { heads.attend(x, x, none); });
    check_names("multi-head attention: the memory is", [&] { heads(x, nn::HeadMemory()); });
    check_names("transformer encoder layer: the tensor is", [&] { encoder(none); });
    check_names("transformer decoder layer: the tensor is", [&] { decoder(none, x); });
    check_names("multi-head attention: the key is", [&] { decoder(x, none); });
    check_names("sinusoidal positions: the tensor is", [&] { sinusoidal(none); });
    check_names("learned positions: the tensor is", [&] { learned(none); });
    check_names("rotary_embedding: the tensor is", [&] { nn::rotary_embedding(none); });
    check_names("scaled_dot_product_attention: the query is", [&] { scaled_dot_product_attention(none, x, x); });
    check_names("scaled_dot_product_attention: the value is", [&] { scaled_dot_product_attention(x, x, none); });
    check_names("attention pooling: the tensor is", [&] { pooling(none); });
    check_names("attention: the key is", [&] { attention(x, none, x); });
    check_names("attention: the value is", [&] { attention(x, x, none); });
    check_names("attention: the query is", [&] { attention(none, x, x); });
    check_names("attention: the query is", [&] { additive.attend(none, x, x); });
    check_names("attention: the query is", [&] { additive.attend_mean(none, x, x); });
    check_names("attention: the key is", [&] { additive.prepare(none, x); });
    check_names("attention: the memory is", [&] { additive.attend(flat, nn::Memory()); });
    check_names("linear: ", [&] { layers(none); });
  }
  CHECK_THROWS_WITH_AS(embedding(nothing), doctest::Contains("embedding: "), Error);
  CHECK_THROWS_WITH_AS(embedding(nothing), doctest::Contains("undefined, at undefined_test.cpp:"), Error);
  check_names("cross_entropy: the tensor is", [&] { nn::CrossEntropy()(none, ids); });
  check_names("cross_entropy: the targets are", [&] { nn::CrossEntropy()(flat, nothing); });
  check_names("mse_loss: the prediction is", [&] { nn::MSE()(none, nothing); });
  check_names("mse_loss: the target is", [&] { nn::MSE()(flat, nothing); });
  check_names("binary_cross_entropy_with_logits: the target is", [&] { nn::BCEWithLogits()(flat, nothing); });
}

TEST_CASE("optimizers and other users of parameters name undefined Variables") {
  const Variable none{}, leaf_of_two = leaf(ones({2}));
  const std::vector<Variable> parameters{leaf_of_two, none};
  check_names("SGD: a parameter is", [&] { optim::SGD(optim::SGDOptions()).add(parameters); });
  check_names("Adam: a parameter is", [&] { optim::Adam(optim::AdamOptions()).add(parameters); });
  check_names("gradient_norm: a parameter is", [&] { optim::gradient_norm(parameters); });
  check_names("clip_grad_norm: a parameter is", [&] { optim::clip_grad_norm(parameters, 1); });
  check_names("clip_grad_value: a parameter is", [&] { optim::clip_grad_value(parameters, 1); });
  check_names("scale_gradients: a parameter is", [&] { optim::scale_gradients(parameters, 1); });
  check_names("weight_average: a parameter is", [&] { optim::WeightAverage(parameters, 0.9); });
}
