// AttentionClassifier: a text classifier with attention, and two baselines without.
#pragma once

#include <weft/models/classifier/term_weights.h>
#include <weft/models/options/option_field.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/layers/batch.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/tensor/base/enum_names.h>

#include <optional>
#include <string>

namespace weft {

// How the words of a text are combined. The last two are baselines without attention.
enum class ClassifierAttention { self, pooling, mean, bag_of_words };
inline constexpr EnumName<ClassifierAttention> kClassifierAttentionNames[] = {
    {ClassifierAttention::self, "self"},
    {ClassifierAttention::pooling, "pooling"},
    {ClassifierAttention::mean, "mean"},
    {ClassifierAttention::bag_of_words, "bag-of-words"}};
std::string to_string(ClassifierAttention attention);

struct AttentionClassifierOptions {
  std::int64_t vocabulary = 10000;   // rows of the embedding
  std::int64_t embedding_dim = 128;  // not for a bag of words
  std::int64_t classes = 10;
  ClassifierAttention attention = ClassifierAttention::self;
  double dropout = 0;                              // of the embeddings and of the text's vector; not for a bag of words
  double word_dropout = 0;                         // of whole words
  TermWeights term_weights = TermWeights::binary;  // of a bag of words

  OptionFields fields();
};

// A text's class from its words. With x = embedding(tokens) [batch, time, dim]:
//   self:     y = softmax(x x^T) x, text = mean over time of y          (Keras: Attention, GlobalAveragePooling1D)
//             computed as (mean over time of softmax(x x^T)) x, which is less work
//   pooling:  text = sum over time of weights x, weights = softmax over time of v . tanh(W x + b)    (Yang et al. 2016)
//   mean:     text = mean over time of x                                (Iyyer et al. 2015 without hidden layers; fastText)
// and logits = dense(text). Positions after a text's length do not count.
//   bag-of-words:  logits = bias + sum over the text's distinct tokens of weight(token) embedding(token)
// where embedding has one number per class: logistic regression on which words occur, with each text's features scaled to length
// 1. With TermWeights::binary all of a text's n distinct tokens have the weight 1 / sqrt(n); with tfidf the weights are those of
// scikit-learn's TfidfVectorizer.
// At the default sizes with self-attention: 10000 x 128 + 128 x 10 + 10 = 1,281,290 parameters.
class AttentionClassifier : public nn::Module {
 public:
  explicit AttentionClassifier(AttentionClassifierOptions options = {}, Where caller = Where::here())
      : AttentionClassifier(CallScope(caller), options) {}

  // Logits [batch, classes]. Throws DtypeError, ShapeError, IndexError for ids and lengths out of range.
  Variable forward(const Batch& in, Where caller = Where::here());

  // Also returns the weight of each position in the text's vector: [batch, time], where each row sums to 1. For self-attention it
  // is the mean of the position's weights over the queries, for the mean it is one over the length. For a bag of words it is the
  // contribution of the position to the largest logit: of either sign, and 0 where a word is repeated.
  struct LogitsAndWeights {
    Variable logits;
    Tensor weights;
  };
  LogitsAndWeights attend(const Batch& in, Where caller = Where::here());

  const AttentionClassifierOptions& options() const { return options_; }

 private:
  AttentionClassifier(const CallScope& line, AttentionClassifierOptions options);  // errors in layers name `line`

  struct Text {
    Variable text, weights;  // [batch, dim], [batch, time]
  };
  Text attend_to(const Variable& x, const Tensor& lengths) const;
  Variable words(const Batch& in) const;                                   // [batch, time, dim]
  Variable add_words(const Variable& words, const Tensor& weights) const;  // the logits of a bag of words
  Tensor weights_of(const Batch& in, DType dtype) const;                   // of its tokens: [batch, time]
  bool is_bag() const { return options_.attention == ClassifierAttention::bag_of_words; }
  bool has_idf() const { return is_bag() && options_.term_weights == TermWeights::tfidf; }

  AttentionClassifierOptions options_;

 public:
  nn::Embedding embedding{
      this,
      "embedding",
      {.num_embeddings = options_.vocabulary, .embedding_dim = is_bag() ? options_.classes : options_.embedding_dim}};
  nn::Attention attention{this, "attention"};
  nn::WordDropout word_dropout{this, "word_dropout", options_.word_dropout};
  nn::Dropout dropout{this, "dropout", options_.dropout};
  std::optional<nn::Linear> dense;              // not for a bag of words
  std::optional<nn::AttentionPooling> pooling;  // with ClassifierAttention::pooling
  nn::Parameter bias;                           // [classes], of a bag of words
  // [vocabulary], only of a bag of words with TermWeights::tfidf. It is frozen, and consists of ones until
  // inverse_document_frequencies() of the training texts are copied into it.
  nn::Parameter idf;
};

}  // namespace weft
