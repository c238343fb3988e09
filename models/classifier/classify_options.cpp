// What a classifier is trained by: options, their check, and those that suit any data.
#include <weft/models/classifier/classify.h>
#include <weft/models/options/option_error.h>

#include <algorithm>
#include <iterator>

namespace weft {

namespace {

constexpr std::int64_t kLargestVocabulary = 100'000'000, kLargestVector = 100'000;
constexpr const char* kLearnsNothing = "which would leave nothing to learn from";

OptionFields model_fields(ClassifierTraining& o) {
  return {{.name = "attention",
           .value = named_option(o.attention, kClassifierAttentionNames),
           .help = "self: dot-product self-attention, then the mean; pooling: one learnt weight per word; without attention: "
                   "mean, of the words' embeddings, or bag-of-words, logistic regression on which words occur"},
          {.name = "vocabulary_size",
           .value = &o.vocabulary_size,
           .range = from_to(0, kLargestVocabulary),
           .help = "rows of the embedding, specials included, at least 3; 0: as many as the training texts ask for, up to 30000",
           .flag = "--vocab-size"},
          {.name = "embedding_dim",
           .value = &o.embedding_dim,
           .range = from_to(0, kLargestVector),
           .help = "numbers per word; with --vectors as many as they have, also written 0"}};
}

OptionFields learning_fields(ClassifierTraining& o) {
  return {{.name = "learning_rate", .value = &o.learning_rate, .range = above(0), .help = "Adam's step size"},
          {.name = "weight_decay",
           .value = &o.weight_decay,
           .range = at_least(0),
           .help = "AdamW's: weights shrink by this share of the step size each step",
           .in_files = InFiles::always},
          {.name = "row_updates",
           .value = named_option(o.row_updates, optim::kRowUpdatesNames),
           .help = "exact: Adam on all embeddings; lazy: those of words that a batch lacks stay, which is much faster with many "
                   "rows; auto: lazy above 10000 rows"},
          {.name = "dropout",
           .value = &o.dropout,
           .range = from_to_below(0, 1, kLearnsNothing),
           .help = "share of embeddings and of the text's vector that training hides",
           .in_files = InFiles::always},
          {.name = "word_dropout",
           .value = &o.word_dropout,
           .range = from_to_below(0, 1, kLearnsNothing),
           .help = "share of whole words that training hides",
           .in_files = InFiles::always},
          {.name = "label_smoothing",
           .value = &o.label_smoothing,
           .range = from_to_below(0, 1, kLearnsNothing),
           .help = "share of a label that training spreads over all labels",
           .in_files = InFiles::always}};
}

OptionFields text_fields(ClassifierTraining& o) {
  return {{.name = "ngrams",
           .value = &o.ngrams,
           .range = from_to(0, kLongestWordNgram),
           .help = "1: words alone; 2: pairs of neighbouring words that occur twice are tokens too; 3: and triples; 0: 2, or 1 "
                   "where texts have over 100 words on average"},
          {.name = "max_length", .value = &o.max_length, .range = at_least(1), .help = "words of a text that are read"},
          {.name = "least_dev_texts",
           .value = &o.least_dev_texts,
           .range = at_least(0),
           .help = "without --dev: where 5 % of the training texts are fewer, larger shares and up to 5 folds of "
                   "cross-validation choose the number of epochs, and all texts are trained on"}};
}

}  // namespace

OptionFields ClassifierTraining::fields() {
  OptionFields all = model_fields(*this);
  for (auto fields : {learning_fields, text_fields}) std::ranges::move(fields(*this), std::back_inserter(all));
  return all;
}

void ClassifierTraining::validate() const {
  check_ranges("train", fields_of(*this), Where{});
  require_option(embedding_dim >= 1 || !words.vectors.empty(), "train: ", OptionName{"embedding_dim"},
                 " is 0, which needs vectors");
  require_option(words.vectors.empty() || attention != ClassifierAttention::bag_of_words, "train: ", OptionName{"vectors"},
                 " are for words that have an embedding; a bag-of-words has none");
  require_option(term_weights == TermWeights::binary || attention == ClassifierAttention::bag_of_words,
                 "train: ", OptionName{"term_weights"}, " are for a bag-of-words; ", OptionName{"attention"}, " is ",
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
