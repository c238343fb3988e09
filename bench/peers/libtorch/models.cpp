#include "models.h"

namespace nn = torch::nn;
using torch::Tensor;

AttentionPoolingImpl::AttentionPoolingImpl(int64_t dim) : projection(register_module("projection", nn::Linear(dim, dim))) {
  v = register_parameter("v", torch::empty(dim));
}

Tensor AttentionPoolingImpl::forward(const Tensor& x) {
  Tensor weights = torch::softmax(torch::matmul(torch::tanh(projection(x)), v), -1);  // [batch, time]
  return torch::bmm(weights.unsqueeze(1), x).squeeze(1);
}

Classifier::Classifier(bool with_pooling) {
  embedding = register_module("embedding", nn::Embedding(10000, 128));
  if (with_pooling) pooling = register_module("pooling", AttentionPooling(128));
  dense = register_module("dense", nn::Linear(128, 10));
}

Tensor Classifier::forward(const Tensor& tokens) {
  Tensor x = embedding(tokens);  // [batch, time, dim]
  if (pooling) return dense(pooling(x));
  return dense(torch::bmm(torch::softmax(torch::bmm(x, x.transpose(1, 2)), -1), x).mean(1));
}

EncoderImpl::EncoderImpl(const Sizes& sizes) {
  embedding = register_module("embedding", nn::Embedding(sizes.vocabulary, sizes.embedding));
  rnn = register_module("rnn", nn::LSTM(nn::LSTMOptions(sizes.embedding, sizes.hidden).batch_first(true)));
}

std::tuple<Tensor, State> EncoderImpl::forward(const Tensor& source) { return rnn(embedding(source)); }

AttentionImpl::AttentionImpl(const Sizes& sizes) {
  auto linear = [&] { return nn::Linear(nn::LinearOptions(sizes.hidden, sizes.hidden).bias(false)); };
  key_projection = register_module("key_projection", linear());
  if (sizes.luong) return;
  query_projection = register_module("query_projection", linear());
  v = register_parameter("v", torch::empty(sizes.hidden));
}

CellImpl::CellImpl(int64_t input, int64_t hidden) {
  weight_ih = register_parameter("weight_ih_l0", torch::empty({4 * hidden, input}));
  weight_hh = register_parameter("weight_hh_l0", torch::empty({4 * hidden, hidden}));
  bias_ih = register_parameter("bias_ih_l0", torch::empty(4 * hidden));
  bias_hh = register_parameter("bias_hh_l0", torch::empty(4 * hidden));
}

State CellImpl::forward(const Tensor& x, const State& state) {
  return torch::lstm_cell(x, {std::get<0>(state), std::get<1>(state)}, weight_ih, weight_hh, bias_ih, bias_hh);
}

DecoderImpl::DecoderImpl(const Sizes& sizes) {
  embedding = register_module("embedding", nn::Embedding(sizes.vocabulary, sizes.embedding));
  if (sizes.luong) {
    rnn = register_module("rnn", nn::LSTM(nn::LSTMOptions(sizes.embedding, sizes.hidden).batch_first(true)));
    combine = register_module("combine", nn::Linear(2 * sizes.hidden, sizes.hidden));
  } else {
    cell = register_module("rnn", Cell(sizes.embedding + sizes.hidden, sizes.hidden));
  }
  attention = register_module("attention", Attention(sizes));
  output = register_module("output", nn::Linear(sizes.hidden, sizes.vocabulary));
}

Tensor DecoderImpl::attend(const Tensor& states, const Tensor& encoded, const Tensor& keys) {
  Tensor weights = torch::softmax(torch::bmm(states, keys.transpose(1, 2)), -1);  // [batch, target time, source time]
  return output(torch::tanh(combine(torch::cat({torch::bmm(weights, encoded), states}, -1))));
}

Tensor DecoderImpl::bahdanau_states(const Tensor& embedded, const Tensor& encoded, const State& state) {
  Tensor keys = attention->key_projection(encoded);  // [batch, time, hidden]
  State current{std::get<0>(state)[0], std::get<1>(state)[0]};
  std::vector<Tensor> states;
  for (const Tensor& word : embedded.unbind(1)) {
    Tensor query = attention->query_projection(std::get<0>(current)).unsqueeze(1);
    Tensor weights = torch::softmax(torch::matmul(torch::tanh(query + keys), attention->v), -1);  // [batch, time]
    Tensor context = torch::bmm(weights.unsqueeze(1), encoded).squeeze(1);
    current = cell(torch::cat({word, context}, -1), current);
    states.push_back(std::get<0>(current));
  }
  return torch::stack(states, 1);
}

Tensor DecoderImpl::forward(const Tensor& target, const Tensor& encoded, const State& state) {
  if (cell) return output(bahdanau_states(embedding(target), encoded, state));
  Tensor states = std::get<0>(rnn->forward(embedding(target), state));
  return attend(states, encoded, attention->key_projection(encoded));
}

Translator::Translator(const Sizes& sizes) {
  encoder = register_module("encoder", Encoder(sizes));
  decoder = register_module("decoder", Decoder(sizes));
}

Tensor Translator::forward(const Tensor& source, const Tensor& target) {
  auto [encoded, state] = encoder(source);
  return decoder->forward(target, encoded, state);
}

Tensor Translator::greedy(const Tensor& source) {
  auto [encoded, state] = encoder(source);
  Tensor keys = decoder->attention->key_projection(encoded);
  Tensor ids = torch::full({source.size(0), 1}, 2, torch::kInt64);
  std::vector<Tensor> largest;
  for (int step = 0; step < 25; ++step) {
    Tensor states;
    std::tie(states, state) = decoder->rnn->forward(decoder->embedding(ids), state);
    auto [value, next] = decoder->attend(states, encoded, keys).max(-1);
    ids = next;
    largest.push_back(value);
  }
  return torch::cat(largest, 1);
}
