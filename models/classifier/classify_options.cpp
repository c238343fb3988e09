// What a classifier is trained by: options, their check, and those that suit any data.
#include <weft/models/classifier/classify.h>

namespace weft {

void ClassifierTraining::validate() const {
  require<ValueError>((embedding_dim >= 1 || !words.vectors.empty()) && max_length >= 1, "train: embedding_dim ", embedding_dim,
                      " and max_length ", max_length, " must be at least 1");
  require<ValueError>(words.vectors.empty() || attention != ClassifierAttention::bag_of_words,
                      "train: vectors are for words that have an embedding, which bag-of-words has not");
  require<ValueError>(term_weights == TermWeights::binary || attention == ClassifierAttention::bag_of_words,
                      "train: term_weights are of bag-of-words, the attention is ", to_string(attention));
  require<ValueError>(ngrams >= 0 && ngrams <= kLongestWordNgram, "train: ngrams is ", ngrams, ", not 0 to ", kLongestWordNgram);
  require<ValueError>(vocabulary_size == 0 || vocabulary_size >= 3, "train: vocabulary_size is ", vocabulary_size,
                      ", not 0 or at least 3: two special tokens and a word");
  require<ValueError>(least_dev_texts >= 0, "train: least_dev_texts is ", least_dev_texts, ", below 0");
  auto check_share = [](const char* name, double share) {
    require<ValueError>(share >= 0 && share < 1, "train: ", name, " is ", share, ", not from 0 to below 1",
                        share == 1 ? ", which would leave nothing to learn from" : "");
  };
  check_share("dropout", dropout);
  check_share("word_dropout", word_dropout);
  check_share("label_smoothing", label_smoothing);
  require<ValueError>(weight_decay >= 0, "train: weight_decay is ", weight_decay, ", below 0");
  fit.validate();
  require<ValueError>(learning_rate > 0, "train: learning_rate is ", learning_rate, ", not above 0");
}

ClassifierTraining recommended_classifier_training() {
  ClassifierTraining options;
  options.vocabulary_size = 0;
  options.learning_rate = 3e-3;
  options.row_updates = std::nullopt;
  options.ngrams = 0;
  options.least_dev_texts = 500;
  options.fit.epochs = 100;
  options.fit.batch_size = 16;
  options.fit.patience = 5;
  options.fit.min_updates = 300;
  return options;
}

std::string recommended_monitor(const text::LabelledSource* dev) {
  if (!dev) return "accuracy";
  const auto reader = dev->open();
  std::int64_t count = 0;
  for (text::LabelledText example; count < kFewDevTexts && reader->next(example);) ++count;
  return count < kFewDevTexts ? "loss" : "accuracy";
}

}  // namespace weft
