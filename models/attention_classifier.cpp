#include <weft/autograd/grad_mode.h>
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
  Variable x = dropout(embedding(in.tokens));            // [batch, time, dim]
  return dense(dropout(attend_to(x, in.lengths).text));  // [batch, classes]
}

AttentionClassifier::Text AttentionClassifier::attend_to(const Variable& x, const Tensor& lengths) const {
  if (pooling) {
    auto [text, weights] = pooling->attend(x, lengths);
    return {text, weights};
  }
  auto [text, weights] = attention.attend_mean(x, x, x, lengths, lengths);
  return {text, weights};
}

AttentionClassifier::Attended AttentionClassifier::attend(const Batch& in) {
  NoGrad no_grad;
  auto [text, weights] = attend_to(embedding(in.tokens), in.lengths);
  return {dense(text), weights.tensor()};
}

}  // namespace weft
