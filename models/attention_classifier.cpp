#include <weft/autograd/grad_mode.h>
#include <weft/autograd/reduce.h>
#include <weft/models/attention_classifier.h>

namespace weft {

std::string to_string(ClassifierAttention attention) { return attention == ClassifierAttention::self ? "self" : "pooling"; }

ClassifierAttention classifier_attention_from_string(const std::string& name) {
  require<ValueError>(name == "self" || name == "pooling", "attention is \"", name, "\", not self or pooling");
  return name == "self" ? ClassifierAttention::self : ClassifierAttention::pooling;
}

AttentionClassifier::AttentionClassifier(AttentionClassifierOptions options) : options_(options) {
  if (options.attention == ClassifierAttention::pooling)
    pooling.emplace(this, "pooling", options.embedding_dim, options.embedding_dim);
}

Variable AttentionClassifier::forward(const Batch& in) {
  Variable x = dropout(embedding(in.tokens));                                                              // [batch, time, dim]
  Variable text = pooling ? (*pooling)(x, in.lengths) : mean(attention(x, x, x, in.lengths), in.lengths);  // [batch, dim]
  return dense(dropout(text));                                                                             // [batch, classes]
}

AttentionClassifier::Attended AttentionClassifier::attend(const Batch& in) {
  NoGrad no_grad;
  Variable x = embedding(in.tokens);  // [batch, time, dim]
  if (pooling) {
    auto [text, weights] = pooling->attend(x, in.lengths);
    return {dense(text), weights.tensor()};
  }
  auto [y, weights] = attention.attend(x, x, x, in.lengths);  // weights [batch, query, key]
  return {dense(mean(y, in.lengths)), mean(weights.tensor(), in.lengths)};
}

}  // namespace weft
