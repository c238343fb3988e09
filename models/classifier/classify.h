// Text classification from labelled files to predictions: the C++ interface of the classify program.
#pragma once

#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/data/files.h>
#include <weft/models/metrics/confusion_matrix.h>
#include <weft/models/options/option_field.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/subwords/word_files.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/training/data.h>
#include <weft/models/training/fit_options.h>
#include <weft/optim/adam.h>

#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>

namespace weft {

class TextClassifier;

inline constexpr std::int64_t kLongestWordNgram = 5;

struct ClassifierTraining {
  text::Tokenizer tokenizer;  // words in lower case, punctuation apart
  ClassifierAttention attention = ClassifierAttention::self;
  TermWeights term_weights = TermWeights::binary;  // of a bag of words
  // Rows of the embedding, the specials included; words.vocabulary has its own size. 0: as many as the training texts need, up to
  // 30,000.
  std::int64_t vocabulary_size = 10000;
  std::int64_t embedding_dim = 128;  // 0: as the vectors have it
  WordFiles words = {};
  double learning_rate = 1e-3;
  double weight_decay = 0;  // of AdamW
  // Of the embedding; default: lazy if it has more than 10,000 rows, most of which a batch does not contain.
  std::optional<optim::RowUpdates> row_updates = optim::RowUpdates::exact;
  double dropout = 0.5;
  double word_dropout = 0;
  double label_smoothing = 0;
  // 2: pairs of neighbouring words are tokens too, 3: also triples. 0 means 2, or 1 if texts have over 100 words on average,
  // where pairs help little and take long.
  std::int64_t ngrams = 1;
  std::int64_t max_length = 512;  // words of a text that are read
  // Without dev texts: the least number of training texts to hold out, see plan_dev. If 5 % are enough, the weights are those
  // that are best on them. If not, larger shares and several folds of cross-validation, until they have a million words together,
  // determine the best number of epochs, and then all texts are trained on for that many. 0: always 5 %.
  std::int64_t least_dev_texts = 0;
  std::size_t data_memory = SequenceStore::kMemory;  // bytes of token ids; more go to a temporary file
  // The seed determines initial weights, order, dropout and the held-out texts. The log begins with the line "texts N, dev texts
  // N, labels N", and reports what was cut, what is unknown and how certain the choice of the epoch is. In cross-validation
  // callbacks are not called, and there are no checkpoints: a resumed training repeats it, with the same result.
  FitOptions fit = {.epochs = 10, .batch_size = 32, .monitor = "accuracy"};
  std::string model_path = {};  // written at each epoch that is the best so far, and at the end; "": not written
  std::string config = {};      // text that is stored in the model's file: the options it was trained with
  // Called in cross-validation: for each fold, with its best epoch and the texts that it did not train on, and at the end with
  // the scores of all folds together, see `pooled`.
  std::function<void(TextClassifier& fold, const text::LabelledSource& held_out)> on_fold = {};
  std::function<void(const History&)> on_cross_validated = {};

  // Describes the options; those of fit describe themselves.
  OptionFields fields();
  // Throws ValueError for options out of range and for options that exclude each other.
  void validate() const;
};

// Options that do well on data of any size: 0 and unset wherever the value depends on the data, and training that continues until
// the dev score stops rising. The classify program starts from them; figures are in models/docs/classify.md.
ClassifierTraining recommended_classifier_training();

// With fewer dev texts than this, the accuracy is mostly luck.
inline constexpr std::int64_t kFewDevTexts = 100;

// Returns the dev score by which the epoch is chosen: "loss" if there are dev texts but fewer than kFewDevTexts, otherwise
// "accuracy".
std::string recommended_monitor(const text::LabelledSource* dev);

// Returns which of `count` texts are held out by a training without dev texts and without cross-validation: 5 %, by the seed.
// Throws ValueError for fewer than two.
std::vector<bool> held_out_texts(std::size_t count, std::uint64_t seed);

struct Prediction {
  std::string label;
  double probability = 0;
  std::vector<double> probabilities;  // of all labels, in the model's order
  std::vector<std::string> words;     // or other tokens
  std::vector<double> weights;  // the weight of each word; they sum to 1, except for a bag of words: see AttentionClassifier
};

struct ClassifierScores {
  double accuracy = 0, macro_f1 = 0, loss = 0;
  std::int64_t top_k = 1;              // as asked for
  double top_k_accuracy = 0;           // the share of texts whose label is among the `top_k` most probable
  metrics::ConfusionMatrix confusion;  // in the order of the labels
};

class ClassifierTrainer;

// A classifier with its tokenizer, vocabulary and labels.
class TextClassifier {
 public:
  // Trains on `train` and keeps the weights that are best on `dev` by fit.monitor, "accuracy", "loss" or "macro_f1". Without dev
  // texts, some of the training texts are held out, see least_dev_texts. Texts are read several times and not stored. Throws
  // ValueError for options out of range or fewer than two labels, FormatError for a label that occurs only in `dev` and for one
  // that text::clean_label refuses.
  static TextClassifier train(const text::LabelledSource& train, const text::LabelledSource* dev,
                              const ClassifierTraining& options);
  static TextClassifier train(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                              const ClassifierTraining& options);

  // One file contains everything. load throws IoError, FormatError.
  void save(const std::string& path);
  static TextClassifier load(const std::string& path);

  // Throws FormatError for a label that did not occur in training, ValueError for a `top_k` below 1.
  ClassifierScores evaluate(const text::LabelledSource& texts, std::int64_t top_k = 1);
  ClassifierScores evaluate(const std::vector<text::LabelledText>& texts, std::int64_t top_k = 1);
  std::vector<Prediction> predict(std::span<const std::string> texts);

  AttentionClassifier& model() { return model_; }
  // The options it was trained with, as given by ClassifierTraining::config.
  const std::string& config() const { return config_; }
  const std::vector<std::string>& labels() const { return labels_; }
  // Returns the index of a label, or nothing for one that did not occur in training. Labels are compared in the normal form of
  // texts, without surrounding white space. Throws ValueError as text::clean_label does.
  std::optional<std::size_t> find_label(const std::string& label) const;
  const text::Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  friend class ClassifierTrainer;
  TextClassifier(text::Tokenizer tokenizer, text::Vocabulary vocabulary, std::vector<std::string> labels, std::int64_t max_length,
                 std::int64_t ngrams, AttentionClassifierOptions options);
  std::vector<std::string> words(const std::string& text) const;
  LabelledSequences encode(const text::LabelledSource& texts, std::size_t data_memory, const text::ShowDone& show = {},
                           text::KnownWords* known = nullptr, Communicator* ranks = nullptr) const;
  Metadata metadata() const;

  text::Tokenizer tokenizer_;
  text::Vocabulary vocabulary_;
  std::vector<std::string> labels_;  // sorted
  std::int64_t max_length_, ngrams_;
  std::string config_;
  AttentionClassifier model_;
};

}  // namespace weft
