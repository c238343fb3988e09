// The models of the workloads in LibTorch, with the parameter paths of weft.
#pragma once

#include <torch/torch.h>

#include <tuple>

using State = std::tuple<torch::Tensor, torch::Tensor>;

struct AttentionPoolingImpl : torch::nn::Module {
  explicit AttentionPoolingImpl(int64_t dim);
  torch::Tensor forward(const torch::Tensor& x);

  torch::nn::Linear projection;
  torch::Tensor v;
};
TORCH_MODULE(AttentionPooling);

struct Classifier : torch::nn::Module {
  explicit Classifier(bool with_pooling);
  torch::Tensor forward(const torch::Tensor& tokens);

  torch::nn::Embedding embedding{nullptr};
  AttentionPooling pooling{nullptr};
  torch::nn::Linear dense{nullptr};
};

struct Sizes {
  bool luong;
  int64_t vocabulary, embedding, hidden;
};

struct EncoderImpl : torch::nn::Module {
  explicit EncoderImpl(const Sizes& sizes);
  std::tuple<torch::Tensor, State> forward(const torch::Tensor& source);

  torch::nn::Embedding embedding{nullptr};
  torch::nn::LSTM rnn{nullptr};
};
TORCH_MODULE(Encoder);

// Luong attention lacks query_projection and v. The score of Bahdanau attention is v . tanh(W1 h + W2 enc).
struct AttentionImpl : torch::nn::Module {
  explicit AttentionImpl(const Sizes& sizes);

  torch::nn::Linear query_projection{nullptr}, key_projection{nullptr};
  torch::Tensor v;
};
TORCH_MODULE(Attention);

// The parameters of one LSTM layer, named as in nn::LSTM.
struct CellImpl : torch::nn::Module {
  CellImpl(int64_t input, int64_t hidden);
  State forward(const torch::Tensor& x, const State& state);

  torch::Tensor weight_ih, weight_hh, bias_ih, bias_hh;
};
TORCH_MODULE(Cell);

struct DecoderImpl : torch::nn::Module {
  explicit DecoderImpl(const Sizes& sizes);
  torch::Tensor forward(const torch::Tensor& target, const torch::Tensor& encoded, const State& state);
  // Luong: logits of states [batch, time, hidden].
  torch::Tensor attend(const torch::Tensor& states, const torch::Tensor& encoded, const torch::Tensor& keys);

  torch::nn::Embedding embedding{nullptr};
  torch::nn::LSTM rnn{nullptr};  // Luong's
  Cell cell{nullptr};            // Bahdanau's
  Attention attention{nullptr};
  torch::nn::Linear combine{nullptr}, output{nullptr};

 private:
  torch::Tensor bahdanau_states(const torch::Tensor& embedded, const torch::Tensor& encoded, const State& state);
};
TORCH_MODULE(Decoder);

struct Translator : torch::nn::Module {
  explicit Translator(const Sizes& sizes);
  torch::Tensor forward(const torch::Tensor& source, const torch::Tensor& target);
  // Writes the most likely word 25 times. Returns the largest logit of each step, [batch, 25].
  torch::Tensor greedy(const torch::Tensor& source);

  Encoder encoder{nullptr};
  Decoder decoder{nullptr};
};
