#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/padding.h>
#include <weft/models/classifier/attention_classifier.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/reduction/reduce.h>

namespace weft {

std::string to_string(ClassifierAttention attention) { return name_in(kClassifierAttentionNames, attention); }

OptionFields AttentionClassifierOptions::fields() {
  return {{.name = "attention", .value = named_option(attention, kClassifierAttentionNames), .in_files = InFiles::always},
          {.name = "vocabulary", .value = &vocabulary, .in_files = InFiles::always, .key = "vocabulary_size"},
          {.name = "embedding_dim", .value = &embedding_dim, .in_files = InFiles::always},
          {.name = "term_weights",
           .value = named_option(term_weights, kTermWeightsNames),
           .in_files = InFiles::unless_absent,
           .absent = "binary"}};
}

AttentionClassifier::AttentionClassifier(const CallScope&, AttentionClassifierOptions options)
    : options_(options),
      bias(this, "bias", is_bag() ? zeros({options.classes}) : Tensor()),
      idf(this, "idf", has_idf() ? ones({options.vocabulary}) : Tensor()) {
  if (idf.defined()) idf.freeze();
  if (!is_bag()) dense.emplace(this, "dense", options.embedding_dim, options.classes);
  if (options.attention == ClassifierAttention::pooling)
    pooling.emplace(this, "pooling", options.embedding_dim, options.embedding_dim);
}

Variable AttentionClassifier::words(const Batch& in) const { return word_dropout(embedding(in), in.tokens); }

Variable AttentionClassifier::add_words(const Variable& words, const Tensor& weights) const {
  return squeeze(matmul(unsqueeze(weights, 1), words), 1) + bias;
}

Tensor AttentionClassifier::weights_of(const Batch& in, DType dtype) const {
  return cast(term_weights(in, idf.defined() ? idf.tensor() : Tensor()), dtype);
}

Variable AttentionClassifier::forward(const Batch& in, Where caller) {
  const CallScope scope(caller);
  if (is_bag()) {
    const Variable x = harmless_padding(words(in), in.lengths);
    return add_words(x, weights_of(in, x.dtype()));
  }
  Variable x = dropout(words(in));                          // [batch, time, dim]
  return (*dense)(dropout(attend_to(x, in.lengths).text));  // [batch, classes]
}

AttentionClassifier::Text AttentionClassifier::attend_to(const Variable& x, const Tensor& lengths) const {
  if (options_.attention == ClassifierAttention::mean) return {mean(x, lengths), mean_weights(lengths, x.size(1), 2, x.dtype())};
  if (pooling) {
    auto [text, weights] = pooling->attend(x, lengths);
    return {text, weights};
  }
  auto [text, weights] = attention.attend_mean(x, x, x, lengths, lengths);
  return {text, weights};
}

AttentionClassifier::LogitsAndWeights AttentionClassifier::attend(const Batch& in, Where caller) {
  const CallScope scope(caller);
  NoGrad no_grad;
  if (is_bag()) {
    const Tensor x = harmless_padding(embedding(in).tensor(), in.lengths);
    const Tensor weights = weights_of(in, x.dtype());
    const Tensor logits = add_words(x, weights).tensor();
    const Tensor best = unsqueeze(unsqueeze(argmax(logits, {-1}), 1), 1);                    // [batch, 1, 1]
    const Tensor added = squeeze(gather(x, 2, expand(best, {x.size(0), x.size(1), 1})), 2);  // [batch, time]
    return {logits, weights * added};
  }
  auto [text, weights] = attend_to(embedding(in), in.lengths);
  return {(*dense)(text), weights.tensor()};
}

}  // namespace weft
