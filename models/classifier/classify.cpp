#include <weft/models/classifier/classify.h>
#include <weft/models/data/batches.h>
#include <weft/models/data/label.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/data/selected_source.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/model_file.h>
#include <weft/models/io/place.h>
#include <weft/models/io/utf8.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/subwords/detail/tokenizer_file.h>
#include <weft/models/text/word_ngrams.h>
#include <weft/models/training/evaluate.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/init.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <set>
#include <tuple>

namespace weft {

namespace {

constexpr const char* kKind = "classify";

}  // namespace

TextClassifier::TextClassifier(text::Tokenizer tokenizer, text::Vocabulary vocabulary, std::vector<std::string> labels,
                               std::int64_t max_length, std::int64_t ngrams, AttentionClassifierOptions options)
    : tokenizer_(std::move(tokenizer)),
      vocabulary_(std::move(vocabulary)),
      labels_(std::move(labels)),
      max_length_(max_length),
      ngrams_(ngrams),
      model_(options) {}

std::vector<std::string> TextClassifier::words(const std::string& line) const {
  std::vector<std::string> tokens = tokenizer_.tokens(line);
  if (std::ssize(tokens) > max_length_) tokens.resize(static_cast<std::size_t>(max_length_));
  return tokens;
}

// Models written by older versions may hold their labels in another normal form.
std::optional<std::size_t> TextClassifier::find_label(const std::string& label) const {
  auto find = [&](const std::string& known) -> std::optional<std::size_t> {
    const auto place = std::lower_bound(labels_.begin(), labels_.end(), known);
    if (place == labels_.end() || *place != known) return std::nullopt;
    return static_cast<std::size_t>(place - labels_.begin());
  };
  const auto as_given = find(label);
  return as_given ? as_given : find(text::clean_label(label, tokenizer_.options().normalization));
}

LabelledSequences TextClassifier::encode(const text::LabelledSource& texts, std::size_t data_memory, const text::ShowDone& show,
                                         text::KnownWords* known, Communicator* ranks) const {
  SequenceStore sequences(data_memory, ranks);
  std::vector<std::int64_t> labels, tokens;
  struct Encoded {
    std::int64_t label, tokens;
    Sequence ids;
    text::KnownWords known = {};
    auto fields() { return std::tie(label, tokens, ids, known); }
  };
  auto encode_one = [&](const text::LabelledText& example, const std::string& place) {
    const std::optional<std::size_t> label = find_label(example.label);
    require<FormatError>(label.has_value(), place, ": the label ", text::Excerpt{example.label}, " is not in the training data",
                         label ? "" : text::look_alike(example.label, labels_));
    const std::vector<std::string> read = words(example.text);
    Encoded encoded{static_cast<std::int64_t>(*label), std::ssize(read), text::encode_with_ngrams(vocabulary_, read, ngrams_)};
    if (known) encoded.known = text::KnownWords::of(read, vocabulary_, tokenizer_);
    return encoded;
  };
  auto take = [&](const Encoded& encoded) {
    labels.push_back(encoded.label);
    tokens.push_back(encoded.tokens);
    sequences.add(encoded.ids);
    if (known) *known += encoded.known;
  };
  text::map_examples(texts, encode_one, take, show, ranks);
  LabelledSequences data = LabelledSequences::from_store(std::move(sequences), std::move(labels));
  data.set_tokens(std::move(tokens));
  return data;
}

Metadata TextClassifier::metadata() const {
  AttentionClassifierOptions options = model_.options();
  Metadata metadata = {{"max_length", std::to_string(max_length_)},
                       {"ngrams", std::to_string(ngrams_)},
                       {"vocabulary", to_json(vocabulary_.tokens())},
                       {"labels", to_json(labels_)},
                       {"config", config_}};
  add_options(metadata, options.fields(), text::decimal);
  add_tokenizer(metadata, "tokenizer", tokenizer_);
  return metadata;
}

// Checks all weights whose shapes depend on the options.
static void check_weights(const std::string& path, const TensorFile& file, const AttentionClassifierOptions& options) {
  const std::int64_t words = options.vocabulary, dim = options.embedding_dim;
  const bool is_bag = options.attention == ClassifierAttention::bag_of_words;
  check_weights(path, file, "embedding.weight", {words, is_bag ? options.classes : dim});
  if (options.term_weights == TermWeights::tfidf) check_weights(path, file, "idf", {words});
  if (!is_bag) check_weights(path, file, "dense.weight", {options.classes, dim});
  if (options.attention == ClassifierAttention::pooling) check_weights(path, file, "pooling.projection.weight", {dim, dim});
}

void TextClassifier::save(const std::string& path) { save_model(path, model_, kKind, metadata()); }

TextClassifier TextClassifier::load(const std::string& path) {
  const TensorFile file = read_model(path, kKind);
  const Metadata& metadata = file.metadata;
  AttentionClassifierOptions options;
  read_options(path, metadata, options.fields());
  std::vector<std::string> labels = list_from_json(path, entry(path, metadata, "labels"));
  require<FormatError>(!labels.empty(), path, ": the model has no labels");
  auto unsorted = std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>());
  require<FormatError>(unsorted == labels.end(), path, ": the model's labels are not sorted or not unique: \"",
                       unsorted == labels.end() ? "" : *unsorted, "\"");
  auto vocabulary = text::Vocabulary::from_tokens(list_from_json(path, entry(path, metadata, "vocabulary")), path);
  require<FormatError>(vocabulary.size() <= options.vocabulary, path, ": the vocabulary has ", vocabulary.size(),
                       " words, vocabulary_size is ", options.vocabulary);
  options.classes = std::ssize(labels);
  check_weights(path, file, options);
  TextClassifier classifier(read_tokenizer(path, metadata, "tokenizer"), std::move(vocabulary), labels,
                            size_entry(path, metadata, "max_length"), size_entry(path, metadata, "ngrams", kLongestWordNgram),
                            options);
  load_weights(path, file, classifier.model_);
  classifier.config_ = entry(path, metadata, "config");
  return classifier;
}

ClassifierScores TextClassifier::evaluate(const std::vector<text::LabelledText>& texts, std::int64_t top_k) {
  return evaluate(text::MemorySource<text::LabelledText>(texts), top_k);
}

ClassifierScores TextClassifier::evaluate(const text::LabelledSource& texts, std::int64_t top_k) {
  const LabelledSequences data = encode(texts, SequenceStore::kMemory);
  auto confusion = std::make_shared<metrics::ConfusionMetric>(labels_);
  auto top = metrics::top_k_accuracy(top_k);
  const Metrics wanted{metrics::accuracy(), metrics::macro_f1(), top, confusion};
  const Scores scores = weft::evaluate(model_, data, nn::CrossEntropy(), wanted, kEvaluationBatch, Where{});
  return {.accuracy = scores.metric("accuracy"),
          .macro_f1 = scores.metric("macro_f1"),
          .loss = scores.loss,
          .top_k = top_k,
          .top_k_accuracy = scores.metric(top->name()),
          .confusion = confusion->matrix()};
}

std::vector<Prediction> TextClassifier::predict(std::span<const std::string> texts) {
  std::vector<Prediction> predictions;
  for (const std::string& line : texts) {
    Prediction prediction;
    prediction.words = words(line);
    std::vector<Sequence> sequence{text::encode_with_ngrams(vocabulary_, prediction.words, ngrams_)};
    const std::size_t ids = sequence[0].size();
    auto [logits, weights] = model_.attend(pad(sequence, std::vector<std::size_t>{0}));
    Tensor probabilities = softmax(logits.tensor());
    auto best = argmax(probabilities, {-1}).at({0});
    prediction.label = labels_[static_cast<std::size_t>(best)];
    prediction.probability = probabilities.at({0, static_cast<std::int64_t>(best)});
    const Tensor all = contiguous(cast(probabilities, DType::f64));
    prediction.probabilities.assign(all.span<double>().begin(), all.span<double>().end());
    Tensor row = contiguous(cast(weights, DType::f64));
    prediction.weights = text::weights_of_words(vocabulary_, prediction.words, ngrams_, row.span<double>().first(ids));
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

}  // namespace weft
