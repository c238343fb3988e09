#include <weft/models/classify.h>
#include <weft/models/model_file.h>
#include <weft/models/text/batches.h>
#include <weft/models/text/decimal.h>
#include <weft/models/text/label.h>
#include <weft/models/text/map_examples.h>
#include <weft/models/text/place.h>
#include <weft/models/text/selected_source.h>
#include <weft/models/text/utf8.h>
#include <weft/models/text/word_ngrams.h>
#include <weft/models/tokenizer_file.h>
#include <weft/models/training/progress.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/init.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/random.h>
#include <weft/tensor/reduce.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <set>

namespace weft {

namespace {

constexpr const char* kKind = "classify";
constexpr std::int64_t kLongestNgram = 5;

// How many texts a source has, and their labels.
struct Survey {
  std::size_t texts = 0;
  std::set<std::string> labels;
};

Survey survey(const text::LabelledSource& source, text::Normalization form, const text::ShowDone& show) {
  Survey found;
  auto label_of = [&](const text::LabelledText& example, const std::string&) { return text::clean_label(example.label, form); };
  auto take = [&](std::string label) {
    found.labels.insert(std::move(label));
    ++found.texts;
  };
  text::map_examples(source, label_of, take, show);
  require<ValueError>(found.labels.size() >= 2, "train: needs at least two labels, the data has ", found.labels.size());
  return found;
}

text::TokenCounts count_words(const text::LabelledSource& source, const text::Tokenizer& tokenizer, std::int64_t ngrams,
                              const text::ShowDone& show) {
  auto tokens_of = [&](const text::LabelledText& example) { return text::with_ngrams(tokenizer.tokens(example.text), ngrams); };
  return text::count_tokens(source, tokens_of, show);
}

bool is_tfidf(const ClassifierTraining& options) {
  return options.attention == ClassifierAttention::bag_of_words && options.term_weights == TermWeights::tfidf;
}

void check_options(const ClassifierTraining& options) {
  require<ValueError>((options.embedding_dim >= 1 || !options.words.vectors.empty()) && options.max_length >= 1,
                      "train: embedding_dim ", options.embedding_dim, " and max_length ", options.max_length,
                      " must be at least 1");
  require<ValueError>(options.words.vectors.empty() || options.attention != ClassifierAttention::bag_of_words,
                      "train: vectors are for words that have an embedding, which bag-of-words has not");
  require<ValueError>(options.term_weights == TermWeights::binary || options.attention == ClassifierAttention::bag_of_words,
                      "train: term_weights are of bag-of-words, the attention is ", to_string(options.attention));
  require<ValueError>(options.ngrams >= 1 && options.ngrams <= kLongestNgram, "train: ngrams is ", options.ngrams, ", not 1 to ",
                      kLongestNgram);
  auto check_share = [](const char* name, double share) {
    require<ValueError>(share >= 0 && share < 1, "train: ", name, " is ", share, ", not from 0 to below 1",
                        share == 1 ? ", which would leave nothing to learn from" : "");
  };
  check_share("dropout", options.dropout);
  check_share("word_dropout", options.word_dropout);
  check_share("label_smoothing", options.label_smoothing);
  require<ValueError>(options.weight_decay >= 0, "train: weight_decay is ", options.weight_decay, ", below 0");
  options.fit.validate();
  require<ValueError>(options.learning_rate > 0, "train: learning_rate is ", options.learning_rate, ", not above 0");
}

}  // namespace

std::vector<bool> held_out_texts(std::size_t count, std::uint64_t seed) {
  std::vector<bool> held_out(count);
  for (std::size_t i : text::hold_out(count, {.seed = seed}).held_out) held_out[i] = true;
  return held_out;
}

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

// Models of older versions may have labels in another normal form.
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
                                         text::KnownWords* known) const {
  SequenceStore sequences(data_memory);
  std::vector<std::int64_t> labels;
  struct Encoded {
    std::int64_t label;
    Sequence ids;
    text::KnownWords known = {};
  };
  auto encode_one = [&](const text::LabelledText& example, const std::string& place) {
    const std::optional<std::size_t> label = find_label(example.label);
    require<FormatError>(label.has_value(), place, ": the label ", text::Excerpt{example.label}, " is not in the training data",
                         label ? "" : text::look_alike(example.label, labels_));
    const std::vector<std::string> read = words(example.text);
    Encoded encoded{static_cast<std::int64_t>(*label), text::encode_with_ngrams(vocabulary_, read, ngrams_)};
    if (known) encoded.known = text::KnownWords::of(read, vocabulary_, tokenizer_);
    return encoded;
  };
  auto take = [&](const Encoded& encoded) {
    labels.push_back(encoded.label);
    sequences.add(encoded.ids);
    if (known) *known += encoded.known;
  };
  text::map_examples(texts, encode_one, take, show);
  return LabelledSequences::from_store(std::move(sequences), std::move(labels));
}

TextClassifier TextClassifier::train(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                                     const ClassifierTraining& options) {
  const text::MemorySource<text::LabelledText> train_source(train), dev_source(dev);
  return TextClassifier::train(train_source, dev.empty() ? nullptr : &dev_source, options);
}

TextClassifier TextClassifier::train(const text::LabelledSource& given, const text::LabelledSource* given_dev,
                                     const ClassifierTraining& options) {
  check_options(options);
  auto show = [&](const char* label, std::size_t total) {
    return reading_progress(options.fit.progress, label, "texts", static_cast<std::int64_t>(total));
  };
  const Survey found = survey(given, options.tokenizer.options().normalization, show("reading", 0));
  const std::vector<std::string> labels(found.labels.begin(), found.labels.end());
  const std::vector<bool> held_out = given_dev ? std::vector<bool>(found.texts) : held_out_texts(found.texts, options.fit.seed);
  const text::SelectedSource<text::LabelledText> train_texts(given, held_out, false), other_texts(given, held_out);
  const auto train_count = static_cast<std::size_t>(std::ranges::count(held_out, false));
  FitOptions fit = options.fit;
  auto vocabulary = choose_vocabulary(
      options.words, false,
      [&] { return count_words(train_texts, options.tokenizer, options.ngrams, show("counting words", train_count)); },
      [&](const text::TokenCounts& counts) { return text::build_with_ngrams(counts, {.size_limit = options.vocabulary_size}); },
      fit.callbacks);
  require<ValueError>(vocabulary.has_words(), "train: the vocabulary has no words");
  const text::WordVectors vectors = choose_vectors(options.words, vocabulary);

  manual_seed(options.fit.seed);
  TextClassifier classifier(options.tokenizer, vocabulary, labels, options.max_length, options.ngrams,
                            {.vocabulary = options.words.vocabulary.empty() ? options.vocabulary_size : vocabulary.size(),
                             .embedding_dim = choose_dim(options.embedding_dim, {&vectors}),
                             .classes = std::ssize(labels),
                             .attention = options.attention,
                             .dropout = options.dropout,
                             .word_dropout = options.word_dropout,
                             .term_weights = options.term_weights});
  nn::init::Preset preset = nn::init::keras();
  if (options.attention == ClassifierAttention::bag_of_words) preset.embedding = nn::init::zeros;
  nn::initialize(classifier.model_, preset, default_generator());
  text::KnownWords known;
  const LabelledSequences train_data = classifier.encode(train_texts, options.data_memory, show("encoding", train_count), &known);
  const LabelledSequences dev_data = classifier.encode(given_dev ? *given_dev : other_texts, options.data_memory);
  if (nn::Parameter& idf = classifier.model_.idf; idf.defined())
    copy_to(idf.tensor(), inverse_document_frequencies(train_data, idf.shape()[0]));
  if (options.fit.log)
    *options.fit.log << "texts " << std::to_string(train_data.size()) << ", dev texts " << std::to_string(dev_data.size())
                     << ", labels " << std::to_string(labels.size()) << std::endl
                     << "parameters " << std::to_string(nn::count_parameters(classifier.model_)) << std::endl;
  for (const std::string& line : text::look_alikes(labels))
    if (options.fit.log) *options.fit.log << "labels " << line << std::endl;
  say_known_words(options.fit.log, options.words, known, "");
  set_vectors(classifier.model_.embedding, options.words, vectors, classifier.vocabulary_, options.fit.log);
  // Attention weights that follow the embeddings' pace soon stand on one word; slower ones find the words that matter.
  std::vector<ParameterGroup> groups;
  if (options.attention == ClassifierAttention::pooling) groups.push_back({"pooling.", {.learning_rate_scale = 0.03}});
  // The weights of a bag of words are logits themselves, with no layer behind them that grows too.
  // Adam divides each one's gradient by its usual size, and by so little where that is far below epsilon that TF-IDF weights
  // show.
  const bool tfidf = is_tfidf(options);
  if (options.attention == ClassifierAttention::bag_of_words)
    groups.push_back({"", {.learning_rate_scale = tfidf ? 100.0 : 10.0}});
  const optim::AdamW adam({.lr = options.learning_rate,
                           .epsilon = tfidf ? 1e-2 : 1e-8,
                           .weight_decay = options.weight_decay,
                           .row_updates = options.row_updates});
  const nn::CrossEntropy loss({.label_smoothing = options.label_smoothing});
  Metrics scores{metrics::accuracy()};
  if (options.fit.monitor == "macro_f1") scores.push_back(metrics::macro_f1());
  Trainer trainer(classifier.model_, adam, loss, scores, groups, Where{});
  for (const auto& [key, value] : classifier.metadata()) fit.checkpoint.identity[key] = value;
  for (const auto& [key, value] : {std::pair("dropout", options.dropout),
                                   {"word_dropout", options.word_dropout},
                                   {"weight_decay", options.weight_decay},
                                   {"label_smoothing", options.label_smoothing}})
    fit.checkpoint.identity[key] = text::decimal(value);
  classifier.config_ = options.config;
  const bool saves = !options.model_path.empty();
  if (saves) fit.callbacks.push_back(when_best([&] { classifier.save(options.model_path); }));
  const History history = trainer.fit(train_data, dev_data, fit, Where{});  // no line of the user's
  if (saves && (!history.empty() || fit.epochs == 0)) classifier.save(options.model_path);
  return classifier;
}

Metadata TextClassifier::metadata() const {
  const AttentionClassifierOptions& options = model_.options();
  Metadata metadata = {{"attention", to_string(options.attention)},
                       {"vocabulary_size", std::to_string(options.vocabulary)},
                       {"embedding_dim", std::to_string(options.embedding_dim)},
                       {"max_length", std::to_string(max_length_)},
                       {"ngrams", std::to_string(ngrams_)},
                       {"vocabulary", to_json(vocabulary_.tokens())},
                       {"labels", to_json(labels_)},
                       {"config", config_}};
  if (options.term_weights != TermWeights::binary) metadata["term_weights"] = to_string(options.term_weights);
  add_tokenizer(metadata, "tokenizer", tokenizer_);
  return metadata;
}

namespace {
// Models whose words all weigh the same do not say so.
TermWeights read_term_weights(const std::string& path, const Metadata& metadata) {
  if (!metadata.contains("term_weights")) return TermWeights::binary;
  return from_metadata(path, [&] { return term_weights_from_string(metadata.at("term_weights")); });
}
}  // namespace

void TextClassifier::save(const std::string& path) { save_model(path, model_, kKind, metadata()); }

TextClassifier TextClassifier::load(const std::string& path) {
  const TensorFile file = read_model(path, kKind);
  const Metadata& metadata = file.metadata;
  auto size = [&](const char* key) { return size_entry(path, metadata, key); };
  std::vector<std::string> labels = list_from_json(path, entry(path, metadata, "labels"));
  require<FormatError>(!labels.empty(), path, ": the model has no labels");
  auto unsorted = std::adjacent_find(labels.begin(), labels.end(), std::greater_equal<>());
  require<FormatError>(unsorted == labels.end(), path, ": the model's labels are not sorted, each once: \"",
                       unsorted == labels.end() ? "" : *unsorted, "\"");
  auto vocabulary = text::Vocabulary::from_tokens(list_from_json(path, entry(path, metadata, "vocabulary")), path);
  require<FormatError>(vocabulary.size() <= size("vocabulary_size"), path, ": the vocabulary has ", vocabulary.size(),
                       " words, vocabulary_size is ", size("vocabulary_size"));
  auto attention = from_metadata(path, [&] { return classifier_attention_from_string(entry(path, metadata, "attention")); });
  const bool is_bag = attention == ClassifierAttention::bag_of_words;
  check_weights(path, file, "embedding.weight", {size("vocabulary_size"), is_bag ? std::ssize(labels) : size("embedding_dim")});
  const TermWeights weights = read_term_weights(path, metadata);
  if (weights == TermWeights::tfidf) check_weights(path, file, "idf", {size("vocabulary_size")});
  if (!is_bag) check_weights(path, file, "dense.weight", {std::ssize(labels), size("embedding_dim")});
  if (attention == ClassifierAttention::pooling)
    check_weights(path, file, "pooling.projection.weight", {size("embedding_dim"), size("embedding_dim")});
  TextClassifier classifier(read_tokenizer(path, metadata, "tokenizer"), std::move(vocabulary), labels, size("max_length"),
                            size_entry(path, metadata, "ngrams", kLongestNgram),
                            {.vocabulary = size("vocabulary_size"),
                             .embedding_dim = size("embedding_dim"),
                             .classes = std::ssize(labels),
                             .attention = attention,
                             .term_weights = weights});
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
  Trainer trainer(model_, optim::Adam(), nn::CrossEntropy(), {metrics::accuracy(), metrics::macro_f1(), top, confusion});
  Scores scores = trainer.evaluate(data, Where{});
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
