// The options for training a classifier, their validation, and recommended values for any data.
#include <weft/models/classifier/classify.h>
#include <weft/models/options/option_error.h>

#include <algorithm>
#include <iterator>

namespace weft {

namespace {

OptionFields model_fields(ClassifierTraining& o) {
  return {
      {.name = "attention",
       .value = named_option(o.attention, kClassifierAttentionNames),
       .help = "self: dot-product self-attention, then the mean over words; pooling: a weighted mean with learnt attention "
               "weights; baselines without attention: mean, the mean of the embeddings, and bag-of-words, logistic regression on "
               "the words that occur"},
      {.name = "vocabulary_size",
       .value = &o.vocabulary_size,
       .range = at_least(0),
       .most_typed = kMostRows,
       .help = "vocabulary size, including special tokens, at least 3; 0: as large as the training texts require, up to 30000",
       .flag = "--vocab-size"},
      {.name = "embedding_dim",
       .value = &o.embedding_dim,
       .range = at_least(0),
       .most_typed = kMostNumbers,
       .help = "embedding dimension; with --vectors it must be that of the vectors, or 0"}};
}

OptionFields learning_fields(ClassifierTraining& o) {
  return {{.name = "learning_rate", .value = &o.learning_rate, .range = above(0), .help = "learning rate of Adam"},
          {.name = "weight_decay",
           .value = &o.weight_decay,
           .range = at_least(0),
           .help = "decoupled weight decay, as in AdamW",
           .in_files = InFiles::always},
          {.name = "row_updates",
           .value = named_option(o.row_updates, optim::kRowUpdatesNames),
           .help = "exact: Adam updates all embeddings at each step; lazy: only those of the words in the batch, which is much "
                   "faster for large vocabularies; auto: lazy above 10000 rows"},
          {.name = "dropout",
           .value = &o.dropout,
           .range = kHiddenShare,
           .help = "dropout probability of embeddings and of the text vector",
           .in_files = InFiles::always},
          {.name = "word_dropout",
           .value = &o.word_dropout,
           .range = kHiddenShare,
           .help = "probability of dropping a whole word in training",
           .in_files = InFiles::always},
          {.name = "label_smoothing",
           .value = &o.label_smoothing,
           .range = kHiddenShare,
           .help = "probability mass of the true label that is spread over all labels in training",
           .in_files = InFiles::always}};
}

OptionFields text_fields(ClassifierTraining& o) {
  return {{.name = "ngrams",
           .value = &o.ngrams,
           .range = from_to(0, kLongestWordNgram),
           .help = "longest word n-grams: 1: single words; 2: also pairs of neighbouring words that occur at least twice; 3: "
                   "also triples; 0: automatic, 1 if texts have over 100 words on average, otherwise 2"},
          {.name = "max_length",
           .value = &o.max_length,
           .range = at_least(1),
           .help = "maximum number of words of a text; the rest is ignored"},
          {.name = "least_dev_texts",
           .value = &o.least_dev_texts,
           .range = at_least(0),
           .help = "without --dev: if 5 % of the training texts are fewer than this, choose the number of epochs by "
                   "cross-validation with larger shares and up to 5 folds, then train on all texts"}};
}

}  // namespace

OptionFields ClassifierTraining::fields() {
  OptionFields all = model_fields(*this);
  for (auto fields : {learning_fields, text_fields}) std::ranges::move(fields(*this), std::back_inserter(all));
  return all;
}

void ClassifierTraining::validate() const {
  check_ranges("train", fields_of(*this), Where{});
  require_option(embedding_dim >= 1 || !words.vectors.empty(), "train: ", OptionName{"embedding_dim"}, " 0 requires vectors");
  require_option(words.vectors.empty() || attention != ClassifierAttention::bag_of_words, "train: ", OptionName{"vectors"},
                 " cannot be used with a bag-of-words, which has no embeddings");
  require_option(term_weights == TermWeights::binary || attention == ClassifierAttention::bag_of_words,
                 "train: ", OptionName{"term_weights"}, " require a bag-of-words, but ", OptionName{"attention"}, " is ",
                 to_string(attention));
  require_option(vocabulary_size == 0 || vocabulary_size >= 3, "train: ", OptionName{"vocabulary_size"}, " is ", vocabulary_size,
                 ", not 0 or at least 3: two special tokens and a word");
  fit.validate();
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
