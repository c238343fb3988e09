// How a TextClassifier is trained.
#include <weft/models/classifier/classify.h>
#include <weft/models/classifier/detail/training_survey.h>
#include <weft/models/data/batches.h>
#include <weft/models/data/label.h>
#include <weft/models/data/label_check.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/data/selected_source.h>
#include <weft/models/io/decimal.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/text/word_ngrams.h>
#include <weft/models/training/cross_validation.h>
#include <weft/models/training/trainer.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/init.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <ostream>

namespace weft {

std::vector<bool> held_out_texts(std::size_t count, std::uint64_t seed) {
  std::vector<bool> held_out(count);
  for (std::size_t i : text::hold_out(count, {.seed = seed}).held_out) held_out[i] = true;
  return held_out;
}

namespace {

bool is_tfidf(const ClassifierTraining& options) {
  return options.attention == ClassifierAttention::bag_of_words && options.term_weights == TermWeights::tfidf;
}

// "5 folds", "1 fold".
std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

// One call of TextClassifier::train.
class ClassifierTrainer {
 public:
  ClassifierTrainer(const text::LabelledSource& given, const ClassifierTraining& options)
      : given_(given), options_(options), survey_(survey_texts(given, options, show("reading", 0))) {
    if (options_.ngrams == 0) options_.ngrams = survey_.recommended_ngrams();
  }

  TextClassifier run(const text::LabelledSource* dev) {
    if (dev) return train_on(given_, survey_.texts, dev, options_).classifier;
    const DevPlan plan = plan_dev(survey_.texts, static_cast<std::size_t>(options_.least_dev_texts));
    if (!plan.train_on_all) return train_on_part(held_out_texts(survey_.texts, options_.fit.seed), options_).classifier;
    const std::optional<CrossValidation> found = options_.fit.epochs > 0 ? validate(plan) : std::nullopt;
    if (found) options_.fit.epochs = found->epochs;
    TextClassifier classifier = train_on(given_, survey_.texts, nullptr, options_).classifier;
    if (found)
      say("chosen by cross-validation on ", counted(found->examples, "text"), ": ",
          survey_.say(found->scores(), found->examples));
    return classifier;
  }

 private:
  struct Trained {
    TextClassifier classifier;
    Fold fold;
  };

  text::ShowDone show(const char* label, std::size_t total) const {
    return reading_progress(options_.fit.progress, label, "texts", static_cast<std::int64_t>(total));
  }
  template <class... Parts>
  void say(const Parts&... parts) const {
    if (options_.fit.log) (*options_.fit.log << ... << parts) << std::endl;
  }

  Trained train_on_part(const std::vector<bool>& held_out, const ClassifierTraining& options) const;
  Trained train_on(const text::LabelledSource& texts, std::size_t count, const text::LabelledSource* dev,
                   const ClassifierTraining& options) const;
  std::optional<CrossValidation> validate(const DevPlan& plan) const;
  text::Vocabulary make_vocabulary(const text::LabelledSource& texts, std::size_t count, const ClassifierTraining& options,
                                   FitOptions& fit, std::string& notes) const;
  void initialize(TextClassifier& classifier, const text::WordVectors& vectors, const ClassifierTraining& options) const;
  History fit(TextClassifier& classifier, const LabelledSequences& train, const LabelledSequences* dev,
              const ClassifierTraining& options, FitOptions fit) const;

  const text::LabelledSource& given_;
  ClassifierTraining options_;
  TrainingSurvey survey_;
};

ClassifierTrainer::Trained ClassifierTrainer::train_on_part(const std::vector<bool>& held_out,
                                                            const ClassifierTraining& options) const {
  const text::SelectedSource<text::LabelledText> train(given_, held_out, false), dev(given_, held_out);
  return train_on(train, static_cast<std::size_t>(std::ranges::count(held_out, false)), &dev, options);
}

// Finds by cross-validation how many epochs score best. Returns nothing if no text can be held out because each label has only
// one.
std::optional<CrossValidation> ClassifierTrainer::validate(const DevPlan& plan) const {
  const std::vector<std::vector<bool>> folds = survey_.folds(plan, options_.fit.seed);
  if (folds.empty()) {
    say("no cross-validation: each label has only one text");
    return std::nullopt;
  }
  ClassifierTraining options = options_;
  options.model_path.clear();
  options.words.save_vocabulary.clear();
  const std::int64_t fold_size = std::ranges::count(folds[0], true);
  const CrossValidation found = cross_validate(folds.size(), fold_size, options_.fit, [&](std::size_t i, const FitOptions& fit) {
    options.fit = fit;
    Trained trained = train_on_part(folds[i], options);
    if (options.on_fold) options.on_fold(trained.classifier, text::SelectedSource<text::LabelledText>(given_, folds[i]));
    return trained.fold;
  });
  const std::size_t tried = found.history.size();
  say("cross-validation ", counted(std::ssize(folds), "fold"), " of ", counted(fold_size, "text"), ": ",
      counted(found.epochs, "epoch"), " of ", tried, found.epochs == 1 ? " tried is best" : " tried are best",
      static_cast<std::size_t>(found.epochs) == tried ? ", and more may be better" : "",
      "; now training on all texts for as many epochs");
  if (options_.on_cross_validated) options_.on_cross_validated(found.history);
  return found;
}

text::Vocabulary ClassifierTrainer::make_vocabulary(const text::LabelledSource& texts, std::size_t count,
                                                    const ClassifierTraining& options, FitOptions& fit,
                                                    std::string& notes) const {
  constexpr std::int64_t kMostRows = 30000;
  auto tokens_of = [&](const text::LabelledText& example) {
    return text::with_ngrams(options.tokenizer.tokens(example.text), options.ngrams);
  };
  auto build = [&](const text::TokenCounts& counts) {
    const std::int64_t limit = options.vocabulary_size > 0 ? options.vocabulary_size : kMostRows;
    text::Vocabulary vocabulary = text::build_with_ngrams(counts, {.size_limit = limit});
    notes += say_left_out(counts, vocabulary);
    return vocabulary;
  };
  text::Vocabulary vocabulary = choose_vocabulary(
      options.words, false,
      [&] {
        return text::count_tokens(texts, tokens_of, fit.progress ? show("counting words", count) : text::ShowDone(),
                                  fit.communicator);
      },
      build, fit.callbacks);
  require<ValueError>(vocabulary.has_words(), "train: the vocabulary has no words");
  return vocabulary;
}

void ClassifierTrainer::initialize(TextClassifier& classifier, const text::WordVectors& vectors,
                                   const ClassifierTraining& options) const {
  nn::init::Preset preset = nn::init::keras();
  if (options.attention == ClassifierAttention::bag_of_words) preset.embedding = nn::init::zeros;
  nn::initialize(classifier.model_, preset, default_generator());
  set_vectors(classifier.model_.embedding, options.words, vectors, classifier.vocabulary_, options.fit.log);
}

ClassifierTrainer::Trained ClassifierTrainer::train_on(const text::LabelledSource& texts, std::size_t count,
                                                       const text::LabelledSource* dev, const ClassifierTraining& options) const {
  FitOptions fit_options = options.fit;
  std::string notes = survey_.report(options);
  const text::Vocabulary vocabulary = make_vocabulary(texts, count, options, fit_options, notes);
  const text::WordVectors vectors = choose_vectors(options.words, vocabulary);
  const bool own_size = options.words.vocabulary.empty() && options.vocabulary_size > 0;
  manual_seed(options.fit.seed);
  Trained trained{TextClassifier(options.tokenizer, vocabulary, survey_.labels, options.max_length, options.ngrams,
                                 {.vocabulary = own_size ? options.vocabulary_size : vocabulary.size(),
                                  .embedding_dim = choose_dim(options.embedding_dim, {&vectors}),
                                  .classes = std::ssize(survey_.labels),
                                  .attention = options.attention,
                                  .dropout = options.dropout,
                                  .word_dropout = options.word_dropout,
                                  .term_weights = options.term_weights}),
                  {}};
  TextClassifier& classifier = trained.classifier;
  text::KnownWords known, dev_known;
  const auto progress = fit_options.progress ? show("encoding", count) : text::ShowDone();
  const LabelledSequences train_data = classifier.encode(texts, options.data_memory, progress, &known, fit_options.communicator);
  std::optional<LabelledSequences> dev_data;
  if (dev) dev_data = classifier.encode(*dev, options.data_memory, {}, &dev_known, fit_options.communicator);
  trained.fold.dev_examples = dev_data ? dev_data->size() : 0;
  if (dev_known.known < dev_known.tokens)
    notes += "unknown " + text::share(dev_known.tokens - dev_known.known, dev_known.tokens) + " of the dev texts' words\n";
  for (const std::string& line : text::look_alikes(survey_.labels)) notes += "labels " + line + "\n";
  if (fit_options.log)
    *fit_options.log << "texts " << train_data.size() << ", dev texts " << trained.fold.dev_examples << ", labels "
                     << survey_.labels.size() << "\nparameters " << nn::count_parameters(classifier.model_) << '\n'
                     << notes << std::flush;
  say_known_words(fit_options.log, options.words, known, "");
  initialize(classifier, vectors, options);
  if (nn::Parameter& idf = classifier.model_.idf; idf.defined())
    copy_to(idf.tensor(), inverse_document_frequencies(train_data, idf.shape()[0], options.fit.communicator));
  classifier.config_ = options.config;
  trained.fold.history = fit(classifier, train_data, dev_data ? &*dev_data : nullptr, options, std::move(fit_options));
  return trained;
}

History ClassifierTrainer::fit(TextClassifier& classifier, const LabelledSequences& train, const LabelledSequences* dev,
                               const ClassifierTraining& options, FitOptions fit) const {
  // Attention weights that learn as fast as the embeddings soon put everything on one word; slower ones find the words that
  // matter.
  std::vector<ParameterGroup> groups;
  if (options.attention == ClassifierAttention::pooling) groups.push_back({"pooling.", {.learning_rate_scale = 0.03}});
  // The weights of a bag of words are the logits themselves: there is no later layer that could scale them up, so that they need
  // larger steps. Adam divides each gradient by its usual size, which would undo the TF-IDF weighting; an epsilon far above that
  // size keeps it.
  const bool tfidf = is_tfidf(options);
  if (options.attention == ClassifierAttention::bag_of_words)
    groups.push_back({"", {.learning_rate_scale = tfidf ? 100.0 : 10.0}});
  constexpr std::int64_t kManyRows = 10000;
  const bool many = classifier.model_.options().vocabulary > kManyRows;
  const optim::RowUpdates rows = options.row_updates.value_or(many ? optim::RowUpdates::lazy : optim::RowUpdates::exact);
  const optim::AdamW adam(
      {.lr = options.learning_rate, .epsilon = tfidf ? 1e-2 : 1e-8, .weight_decay = options.weight_decay, .row_updates = rows});
  Metrics scores{metrics::accuracy()};
  if (options.fit.monitor == "macro_f1") scores.push_back(metrics::macro_f1());
  const nn::CrossEntropy loss({.label_smoothing = options.label_smoothing});
  Trainer trainer(classifier.model_, adam, loss, scores, groups, Where{});
  for (const auto& [key, value] : classifier.metadata()) fit.checkpoint.identity[key] = value;
  fit.checkpoint.identity.erase("config");  // it is only a record and has no effect on training
  add_options(fit.checkpoint.identity, fields_of(options), text::decimal);
  fit.checkpoint.absent.merge(absent_options(fields_of(options), text::decimal));
  fit.checkpoint.absent.merge(absent_options(fields_of(classifier.model_.options()), text::decimal));
  const bool saves = !options.model_path.empty() && is_first_rank(fit.communicator);
  if (saves) fit.callbacks.push_back({.on_best = [&](const EpochRecord&) { classifier.save(options.model_path); }});
  // There is no user's line to name in errors.
  const History history = dev ? trainer.fit(train, *dev, fit, Where{}) : trainer.fit(train, fit, Where{});
  if (saves && (!history.empty() || fit.epochs == 0)) classifier.save(options.model_path);
  if (const int best = dev ? best_epoch(history, fit.monitor) : 0; best > 0 && fit.log)
    *fit.log << "chosen by " << (dev->size() < kFewDevTexts ? "only " : "") << counted(dev->size(), "dev text") << ": "
             << survey_.say(*history[static_cast<std::size_t>(best - 1)].validation, dev->size()) << std::endl;
  return history;
}

TextClassifier TextClassifier::train(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                                     const ClassifierTraining& options) {
  const text::MemorySource<text::LabelledText> train_source(train), dev_source(dev);
  return TextClassifier::train(train_source, dev.empty() ? nullptr : &dev_source, options);
}

TextClassifier TextClassifier::train(const text::LabelledSource& train, const text::LabelledSource* dev,
                                     const ClassifierTraining& options) {
  options.validate();
  return ClassifierTrainer(train, options).run(dev);
}

}  // namespace weft
