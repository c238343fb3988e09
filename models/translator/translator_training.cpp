#include <weft/models/data/batches.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/data/selected_source.h>
#include <weft/models/io/decimal.h>
#include <weft/models/options/option_error.h>
#include <weft/models/options/stored_options.h>
#include <weft/models/progress/progress.h>
#include <weft/models/training/trainer.h>
#include <weft/models/translator/translator.h>
#include <weft/nn/layers/loss.h>
#include <weft/nn/module/init.h>
#include <weft/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>
#include <set>

namespace weft {

namespace {

using SelectedPairs = text::SelectedSource<text::TextPair>;

bool is_joint(const TranslatorTraining& options) { return options.joint_vocabulary || options.model.tie == Tie::all; }

text::ShowDone show(const TranslatorTraining& options, const char* label, std::size_t total) {
  return reading_progress(options.fit.progress, label, "pairs", static_cast<std::int64_t>(total));
}

// Which pairs of a source are short enough, by their position.
struct Survey {
  std::size_t pairs = 0;
  std::vector<std::size_t> short_enough;
};

Survey survey(const text::PairSource& source, const TranslatorTraining& options) {
  Survey found;
  auto fits = [&](const text::Tokenizer& tokenizer, const std::string& line) {
    return std::ssize(tokenizer.tokens(line)) <= options.max_length;
  };
  auto both_fit = [&](const text::TextPair& pair, const std::string&) {
    return fits(options.source_tokenizer, pair.source) && fits(options.target_tokenizer, pair.target);
  };
  auto take = [&](bool short_enough) {
    if (short_enough) found.short_enough.push_back(found.pairs);
    ++found.pairs;
  };
  text::map_examples(source, both_fit, take, show(options, "reading", 0), options.fit.communicator);
  return found;
}

// Which pairs of a source, by position, to train on and which to hold out.
struct Split {
  std::vector<bool> train, held_out;
  std::size_t too_long = 0;
};

Split split(const text::PairSource& source, bool hold_out, const TranslatorTraining& options) {
  const Survey found = survey(source, options);
  const std::size_t kept = found.short_enough.size(), needed = hold_out ? 2 : 1;  // one to train on, one to hold out
  require_option(kept >= needed, "train: ", kept, " of ", found.pairs, " pairs have at most ", OptionName{"max_length"}, " ",
                 options.max_length, " tokens on each side; at least ", needed, " are needed");
  Split parts{std::vector<bool>(found.pairs), std::vector<bool>(found.pairs), found.pairs - kept};
  for (std::size_t i : found.short_enough) parts.train[i] = true;
  if (!hold_out) return parts;
  for (std::size_t i : text::hold_out(kept, {.seed = options.fit.seed}).held_out) {
    parts.train[found.short_enough[i]] = false;
    parts.held_out[found.short_enough[i]] = true;
  }
  return parts;
}

struct SideCounts {
  text::TokenCounts source, target;
  text::TokenCounts copyable;  // tokens of targets that occur in their sources
};

SideCounts count_words(const text::PairSource& pairs, std::size_t total, const TranslatorTraining& options) {
  struct Tokens {
    std::vector<std::string> source, target, copyable;
  };
  auto tokens_of = [&](const text::TextPair& pair, const std::string&) {
    Tokens tokens{options.source_tokenizer.tokens(pair.source), options.target_tokenizer.tokens(pair.target), {}};
    if (!options.model.copy) return tokens;
    const std::set<std::string> written(tokens.source.begin(), tokens.source.end());
    for (const std::string& token : tokens.target)
      if (written.contains(token)) tokens.copyable.push_back(token);
    return tokens;
  };
  SideCounts counts;
  auto take = [&](const Tokens& tokens) {
    text::count_tokens(tokens.source, counts.source);
    text::count_tokens(tokens.target, counts.target);
    text::count_tokens(tokens.copyable, counts.copyable);
  };
  Communicator* const ranks = options.fit.communicator;
  text::map_own_examples(pairs, tokens_of, take, show(options, "counting words", total), ranks);
  text::add_ranks(counts.source, ranks);
  text::add_ranks(counts.target, ranks);
  text::add_ranks(counts.copyable, ranks);
  return counts;
}

// Returns 2, so that the unknown token occurs in training too, but 1 if that would hide over a tenth of the text. Words that
// occur in their source and can be copied do not count as hidden.
std::int64_t usual_min_count(const text::TokenCounts& counts, const text::TokenCounts& copyable) {
  std::int64_t all = 0, hidden = 0;
  for (const auto& [token, count] : counts) {
    all += count;
    hidden += count == 1 && !copyable.contains(token);
  }
  return hidden * 10 > all ? 1 : 2;
}

text::Vocabulary build_vocabulary(const text::TokenCounts& counts, std::int64_t usual, const TranslatorTraining& options) {
  constexpr std::int64_t kMost = 10000;
  return text::Vocabulary::build(counts, {.size_limit = options.vocabulary_size ? options.vocabulary_size : kMost,
                                          .min_count = options.min_count ? options.min_count : usual,
                                          .sentence_marks = true});
}

struct Vocabularies {
  text::Vocabulary source, target;
};

Vocabularies make_vocabularies(const text::PairSource& pairs, std::size_t total, const TranslatorTraining& options,
                               std::vector<Callback>& callbacks) {
  std::optional<SideCounts> counts;
  auto side = [&](text::TokenCounts SideCounts::*which) {
    if (!counts) counts = count_words(pairs, total, options);
    return (*counts).*which;
  };
  auto both = [&] {
    text::TokenCounts sum = side(&SideCounts::source);
    for (const auto& [token, count] : counts->target) sum[token] += count;
    return sum;
  };
  auto build = [&](const text::TokenCounts& found) {
    return build_vocabulary(found, usual_min_count(found, counts->copyable), options);
  };
  auto build_source = [&](const text::TokenCounts& found) {  // a copying model has ids for the unknown words of a source
    return options.model.copy ? build_vocabulary(found, 2, options) : build(found);
  };
  if (is_joint(options)) {
    const text::Vocabulary joint = choose_vocabulary(options.source_words, true, both, build, callbacks);
    return {joint, joint};
  }
  return {choose_vocabulary(
              options.source_words, true, [&] { return side(&SideCounts::source); }, build_source, callbacks),
          choose_vocabulary(
              options.target_words, true, [&] { return side(&SideCounts::target); }, build, callbacks)};
}

// Returns the number of rows of a side's embedding.
std::int64_t rows_of(const text::Vocabulary& vocabulary, const WordFiles& words, const TranslatorTraining& options) {
  if (options.model.copy) return vocabulary.size() + options.model.copied_ids;
  return options.vocabulary_size && words.vocabulary.empty() ? options.vocabulary_size : vocabulary.size();
}

// Returns BLEU as in evaluate(), of greedy translations.
ModelScore bleu_of(Translator& translator, const text::PairSource& pairs) {
  return {"bleu", [&translator, pairs = read_all(pairs)] {
            const TranslatedSources translated = translator.translate_sources(pairs);
            return metrics::corpus_bleu(translated.outputs(), translated.references).score / 100;
          }};
}

// Adam's steps are about as large as the rate, and embeddings start with numbers around 1, so that rare words would stay noise.
// Untied embeddings take steps sqrt(embedding_dim) times as large; for tied ones their scale has that effect. Embeddings that
// start from given vectors keep the plain rate.
std::vector<ParameterGroup> embedding_groups(const Seq2SeqOptions& model, const TranslatorTraining& options) {
  std::vector<ParameterGroup> groups;
  if (model.tie != Tie::none) return groups;
  const optim::GroupOptions faster{.learning_rate_scale = std::sqrt(static_cast<double>(model.embedding_dim))};
  if (options.source_words.vectors.empty()) groups.push_back({"encoder.embedding.", faster});
  if (options.target_words.vectors.empty()) groups.push_back({"decoder.embedding.", faster});
  return groups;
}

// Reports how far the dev scores can be trusted.
void say_dev(const TranslatorTraining& options, std::int64_t pairs, const text::KnownWords& source,
             const text::KnownWords& target) {
  constexpr std::int64_t kFew = 200;
  if (!options.fit.log || options.fit.epochs == 0) return;
  auto unknown = [](const text::KnownWords& side) { return text::share(side.tokens - side.known, side.tokens); };
  *options.fit.log << "unknown tokens in dev: source " << unknown(source) << ", target " << unknown(target) << std::endl;
  if (pairs < kFew)
    *options.fit.log << "only " << std::to_string(pairs) << " dev pairs choose the best epoch; with fewer than "
                     << std::to_string(kFew) << " the choice is partly luck" << std::endl;
}

}  // namespace

Translator Translator::train(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                             const TranslatorTraining& options) {
  const text::MemorySource<text::TextPair> train_source(train), dev_source(dev);
  return Translator::train(train_source, dev.empty() ? nullptr : &dev_source, options);
}

Translator Translator::train(const text::PairSource& given, const text::PairSource* given_dev,
                             const TranslatorTraining& options) {
  options.validate();
  const Split parts = split(given, !given_dev, options);
  const SelectedPairs train_pairs(given, parts.train), held_out_pairs(given, parts.held_out);
  const auto train_count = static_cast<std::size_t>(std::ranges::count(parts.train, true));
  FitOptions fit = options.fit;
  auto [source, target] = make_vocabularies(train_pairs, train_count, options, fit.callbacks);
  require<ValueError>(options.model.copy || (source.has_words() && target.has_words()), "train: the vocabulary of the ",
                      source.has_words() ? "target" : "source", " has no words");
  const WordFiles &source_words = options.source_words, &target_words = options.target_words;
  const text::WordVectors source_vectors = choose_vectors(source_words, source),
                          target_vectors = choose_vectors(target_words, target);
  Seq2SeqOptions model = options.model;
  model.embedding_dim = choose_dim(model.embedding_dim, {&source_vectors, &target_vectors});
  model.source_vocabulary = rows_of(source, source_words, options);
  model.target_vocabulary = rows_of(target, is_joint(options) ? source_words : target_words, options);

  model.validate(Where{});

  manual_seed(options.fit.seed);
  Translator translator(options.source_tokenizer, options.target_tokenizer, options.max_length, std::move(source),
                        std::move(target), model);
  nn::init::Preset initial = nn::init::keras();
  initial.embedding = nn::init::normal;  // with values near zero, as in Keras, words take epochs to reach the recurrent layers
  nn::initialize(translator.model_, initial, default_generator());
  translator.config_ = options.config;
  if (options.context.lines > 0) translator.context_ = options.context;  // otherwise no line has the separator
  KnownPairs known;
  const SequencePairs train_data =
      translator.encode(train_pairs, options.data_memory, show(options, "encoding", train_count), &known, fit.communicator);
  const text::PairSource& dev_pairs = given_dev ? *given_dev : held_out_pairs;
  KnownPairs known_in_dev;
  const SequencePairs dev_data = translator.encode(dev_pairs, options.data_memory, {}, &known_in_dev, fit.communicator);
  require_option(model.alignment_loss == 0 || train_data.has_links(), "train: ", OptionName{"alignment_loss"}, " ",
                 model.alignment_loss, " needs training pairs with an alignment, but none has one");
  if (options.fit.log) {
    *options.fit.log << "pairs " << std::to_string(train_data.size()) << ", dev pairs " << std::to_string(dev_data.size());
    if (parts.too_long > 0)
      *options.fit.log << "; left out, with more than " << std::to_string(options.max_length)
                       << " tokens on a side: " << std::to_string(parts.too_long);
    *options.fit.log << "\nparameters " << std::to_string(nn::count_parameters(translator.model_)) << std::endl;
  }
  say_dev(options, dev_data.size(), known_in_dev.source, known_in_dev.target);
  say_known_words(options.fit.log, source_words, known.source, "source ");
  say_known_words(options.fit.log, is_joint(options) ? source_words : target_words, known.target, "target ");
  set_vectors(translator.model_.encoder.embedding, source_words, source_vectors, translator.source_, options.fit.log);
  set_vectors(translator.model_.decoder.embedding, target_words, target_vectors, translator.target_, options.fit.log);

  Trainer trainer(translator.model_, optim::Adam({.lr = options.learning_rate}),
                  nn::CrossEntropy({.label_smoothing = options.label_smoothing}), {metrics::accuracy()},
                  embedding_groups(model, options), Where{});
  for (const auto& [key, value] : translator.metadata()) fit.checkpoint.identity[key] = value;
  fit.checkpoint.identity.erase("config");  // it is only a record and has no effect on training
  add_options(fit.checkpoint.identity, fields_of(options), text::decimal);
  fit.checkpoint.absent.merge(absent_options(fields_of(options), text::decimal));
  fit.checkpoint.absent.merge(absent_options(fields_of(translator.model_.options()), text::decimal));
  if (fit.monitor == "bleu") fit.scores.push_back(bleu_of(translator, dev_pairs));
  const bool saves = !options.model_path.empty() && is_first_rank(fit.communicator);
  if (saves) fit.callbacks.push_back({.on_best = [&](const EpochRecord&) { translator.save(options.model_path); }});
  const History history = trainer.fit(train_data, dev_data, fit, Where{});  // there is no user's line to name
  if (saves && (!history.empty() || fit.epochs == 0)) translator.save(options.model_path);
  return translator;
}

}  // namespace weft
