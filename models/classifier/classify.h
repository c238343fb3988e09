// Text classification from labelled files to predictions: what the classify program does, for C++.
#pragma once

#include <weft/models/classifier/attention_classifier.h>
#include <weft/models/data/files.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/subwords/word_files.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/training/data.h>
#include <weft/models/training/training_loop.h>
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
  // Rows of the embedding, the specials included; words.vocabulary has its own size. 0: as many as the training texts ask for, up
  // to 30,000.
  std::int64_t vocabulary_size = 10000;
  std::int64_t embedding_dim = 128;  // 0: as the vectors have it
  WordFiles words = {};
  double learning_rate = 1e-3;
  double weight_decay = 0;  // of AdamW
  // Of the embedding; unset: lazy where it has more than 10,000 rows, most of which a batch lacks.
  std::optional<optim::RowUpdates> row_updates = optim::RowUpdates::exact;
  double dropout = 0.5;
  double word_dropout = 0;
  double label_smoothing = 0;
  // 2: pairs of neighbouring words are tokens too, 3: and triples. 0: 2, or 1 where texts have over 100 words on average, for
  // which pairs do little and take long.
  std::int64_t ngrams = 1;
  std::int64_t max_length = 512;  // words of a text that are read
  // Without dev texts, how many training texts are to be held out at least, see plan_dev. Where 5 % are as many, the
  // weights are those that do best on them. Where they are fewer, larger shares and several folds of cross-validation, as many as
  // have a million words together, tell how many epochs do best, and so many then train on all texts. 0: always 5 %.
  std::int64_t least_dev_texts = 0;
  std::size_t data_memory = SequenceStore::kMemory;  // bytes of token ids; more go to a temporary file
  // The seed is that of initial weights, order, dropout and the held-out texts. The log begins with the line "texts N, dev texts
  // N, labels N", and says what was cut, what is unknown and how sure the choice of the epoch is. In cross-validation `stop`,
  // `on_epoch` and `callbacks` are not called, and there are no checkpoints: a training that is resumed does it again, with the
  // same result.
  FitOptions fit = {.epochs = 10, .batch_size = 32, .monitor = "accuracy"};
  std::string model_path = {};  // written at each epoch that is the best so far, and at the end; "": not
  std::string config = {};      // text that is kept in the model's file: the options it was trained with
  // Where there is cross-validation: told of each fold, at its best epoch and with the texts that it did not train on, and at the
  // end of the scores of all folds together, as `pooled` gives them.
  std::function<void(TextClassifier& fold, const text::LabelledSource& held_out)> on_fold = {};
  std::function<void(const History&)> on_cross_validated = {};

  // Throws ValueError for numbers out of range.
  void validate() const;
};

// Options that do well on data of any size: 0 and unset wherever they depend on the data, and training that goes on until the dev
// score stops rising. What the classify program begins with; models/docs/classify.md has figures.
ClassifierTraining recommended_classifier_training();

// The accuracy of fewer dev texts is mostly luck.
inline constexpr std::int64_t kFewDevTexts = 100;

// The dev score to choose the epoch by: "loss" where there are dev texts but fewer than kFewDevTexts, else "accuracy".
std::string recommended_monitor(const text::LabelledSource* dev);

// Which of `count` texts training without dev texts and without cross-validation holds out: 5 %, by the seed. Throws ValueError
// for fewer than two.
std::vector<bool> held_out_texts(std::size_t count, std::uint64_t seed);

struct Prediction {
  std::string label;
  double probability = 0;
  std::vector<double> probabilities;  // of all labels, in the model's order
  std::vector<std::string> words;     // or other tokens
  std::vector<double> weights;        // how much each word weighs; they sum to 1, but for a bag of words: see AttentionClassifier
};

struct ClassifierScores {
  double accuracy = 0, macro_f1 = 0, loss = 0;
  std::int64_t top_k = 1;              // as asked for
  double top_k_accuracy = 0;           // the share of texts whose label is among the `top_k` likeliest
  metrics::ConfusionMatrix confusion;  // in the order of the labels
};

class ClassifierTrainer;

// A classifier with its tokenizer, vocabulary and labels.
class TextClassifier {
 public:
  // Trains on `train`, keeps the weights that do best on `dev` by fit.monitor, "accuracy", "loss" or "macro_f1". Without dev
  // texts, some of the training texts are held out, see least_dev_texts. Texts are read several times and not kept. Throws
  // ValueError for options out of range or fewer than two labels, FormatError for a label that `dev` alone has and for one that
  // text::clean_label refuses.
  static TextClassifier train(const text::LabelledSource& train, const text::LabelledSource* dev,
                              const ClassifierTraining& options);
  static TextClassifier train(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                              const ClassifierTraining& options);

  // One file holds everything. load throws IoError, FormatError.
  void save(const std::string& path);
  static TextClassifier load(const std::string& path);

  // Throws FormatError for a label that training did not see, ValueError for a `top_k` below 1.
  ClassifierScores evaluate(const text::LabelledSource& texts, std::int64_t top_k = 1);
  ClassifierScores evaluate(const std::vector<text::LabelledText>& texts, std::int64_t top_k = 1);
  std::vector<Prediction> predict(std::span<const std::string> texts);

  AttentionClassifier& model() { return model_; }
  // What it was trained with, as ClassifierTraining::config had it.
  const std::string& config() const { return config_; }
  const std::vector<std::string>& labels() const { return labels_; }
  // Which of the labels this is; nothing for one that training did not see. Labels are compared in the normal form of texts,
  // without the white space around them. Throws ValueError as text::clean_label does.
  std::optional<std::size_t> find_label(const std::string& label) const;
  const text::Tokenizer& tokenizer() const { return tokenizer_; }

 private:
  friend class ClassifierTrainer;
  TextClassifier(text::Tokenizer tokenizer, text::Vocabulary vocabulary, std::vector<std::string> labels, std::int64_t max_length,
                 std::int64_t ngrams, AttentionClassifierOptions options);
  std::vector<std::string> words(const std::string& text) const;
  LabelledSequences encode(const text::LabelledSource& texts, std::size_t data_memory, const text::ShowDone& show = {},
                           text::KnownWords* known = nullptr) const;
  Metadata metadata() const;

  text::Tokenizer tokenizer_;
  text::Vocabulary vocabulary_;
  std::vector<std::string> labels_;  // sorted
  std::int64_t max_length_, ngrams_;
  std::string config_;
  AttentionClassifier model_;
};

}  // namespace weft
