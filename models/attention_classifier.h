// AttentionClassifier: the first reference model.
#pragma once

#include <weft/nn/attention.h>
#include <weft/nn/attention_pooling.h>
#include <weft/nn/batch.h>
#include <weft/nn/dropout.h>
#include <weft/nn/embedding.h>
#include <weft/nn/linear.h>

#include <optional>
#include <string>

namespace weft {

enum class ClassifierAttention { self, pooling };
std::string to_string(ClassifierAttention attention);                           // "self" or "pooling"
ClassifierAttention classifier_attention_from_string(const std::string& name);  // throws ValueError

struct AttentionClassifierOptions {
  std::int64_t vocabulary = 10000;  // rows of the embedding
  std::int64_t embedding_dim = 128;
  std::int64_t classes = 10;
  ClassifierAttention attention = ClassifierAttention::self;
  double dropout = 0;  // of the embeddings and of the text's vector
};

// A text's class from its words. With x = embedding(tokens) [batch, time, dim]:
//   self:     y = softmax(x x^T) x, text = mean over time of y          (Keras: Attention, GlobalAveragePooling1D)
//             computed as (mean over time of softmax(x x^T)) x, which is less work
//   pooling:  text = sum over time of weights x, weights = softmax over time of v . tanh(W x + b)    (Yang et al. 2016)
// and logits = dense(text). Positions behind a text's length count nowhere.
// At the default sizes with self-attention: 10000 x 128 + 128 x 10 + 10 = 1,281,290 parameters.
class AttentionClassifier : public nn::Module {
 public:
  explicit AttentionClassifier(AttentionClassifierOptions options = {});

  // Logits [batch, classes].
  Variable forward(const Batch& in);

  // The same, and how much each position weighs in the text's vector: [batch, time], each row sums to 1. For self-attention that
  // is the mean over the queries of what they give to the position.
  struct Attended {
    Variable logits;
    Tensor weights;
  };
  Attended attend(const Batch& in);

  const AttentionClassifierOptions& options() const { return options_; }

 private:
  struct Text {
    Variable text, weights;  // [batch, dim], [batch, time]
  };
  Text attend_to(const Variable& x, const Tensor& lengths) const;

  AttentionClassifierOptions options_;

 public:
  nn::Embedding embedding{this, "embedding", {.rows = options_.vocabulary, .dim = options_.embedding_dim}};
  nn::Attention attention{this, "attention"};
  std::optional<nn::AttentionPooling> pooling;  // with ClassifierAttention::pooling
  nn::Dropout dropout{this, "dropout", options_.dropout};
  nn::Linear dense{this, "dense", options_.embedding_dim, options_.classes};
};

}  // namespace weft
