#include <weft/models/text/batches.h>
#include <weft/models/training/trainer.h>
#include <weft/models/translator.h>
#include <weft/nn/init.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>

#include <algorithm>
#include <ostream>

namespace weft {

namespace {

using Pairs = std::vector<text::TextPair>;

void check_options(const TranslatorTraining& options) {
  require<ValueError>(options.max_length >= 1, "train: max_length ", options.max_length, " must be at least 1");
  require<ValueError>(options.min_count >= 0, "train: min_count ", options.min_count, " is negative");
  require<ValueError>(options.learning_rate > 0, "train: learning_rate is ", options.learning_rate, ", not above 0");
  require<ValueError>(options.label_smoothing >= 0 && options.label_smoothing < 1, "train: label_smoothing ",
                      options.label_smoothing, " is outside 0 .. 1");
  options.fit.validate();
}

std::vector<std::string> cut(const std::string& line, const TranslatorTraining& options) {
  return text::tokenize(line, {.unit = options.unit, .lower_case = false, .split_punctuation = false});
}

Pairs short_enough(const Pairs& pairs, const TranslatorTraining& options) {
  Pairs kept;
  auto fits = [&](const std::string& line) { return std::ssize(cut(line, options)) <= options.max_length; };
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(kept),
               [&](const text::TextPair& pair) { return fits(pair.source) && fits(pair.target); });
  return kept;
}

struct Split {
  Pairs train, dev;
};

Split split(const Pairs& train, const Pairs& dev, const TranslatorTraining& options) {
  Pairs kept = short_enough(train, options);
  const std::size_t needed = dev.empty() ? 2 : 1;  // one to train on, one to hold out
  require<ValueError>(kept.size() >= needed, "train: ", kept.size(), " of ", train.size(), " pairs have at most max_length ",
                      options.max_length, " tokens on each side; at least ", needed, " are needed");
  if (!dev.empty()) return {kept, dev};
  Split parts;
  auto held = text::hold_out(kept.size(), {.seed = options.fit.seed});
  for (std::size_t i : held.train) parts.train.push_back(kept[i]);
  for (std::size_t i : held.held_out) parts.dev.push_back(kept[i]);
  return parts;
}

// 2, so that the unknown token is met in training too; but 1 where that would hide over a tenth of the text.
std::int64_t usual_min_count(const text::TokenCounts& counts) {
  std::int64_t all = 0, once = 0;
  for (const auto& [token, count] : counts) {
    all += count;
    once += count == 1;
  }
  return once * 10 > all ? 1 : 2;
}

text::Vocabulary build_vocabulary(const Pairs& pairs, std::string text::TextPair::*side, const TranslatorTraining& options) {
  constexpr std::int64_t kMost = 10000;
  text::TokenCounts counts;
  for (const text::TextPair& pair : pairs) text::count_tokens(cut(pair.*side, options), counts);
  return text::Vocabulary::build(counts, {.size_limit = options.vocabulary_size ? options.vocabulary_size : kMost,
                                          .min_count = options.min_count ? options.min_count : usual_min_count(counts),
                                          .sentence_marks = true});
}

}  // namespace

Translator Translator::train(const Pairs& given, const Pairs& given_dev, const TranslatorTraining& options) {
  check_options(options);
  auto [train_pairs, dev_pairs] = split(given, given_dev, options);
  text::Vocabulary source = build_vocabulary(train_pairs, &text::TextPair::source, options);
  text::Vocabulary target = build_vocabulary(train_pairs, &text::TextPair::target, options);
  Seq2SeqOptions model = options.model;
  model.source_vocabulary = options.vocabulary_size ? options.vocabulary_size : source.size();
  model.target_vocabulary = options.vocabulary_size ? options.vocabulary_size : target.size();

  model.validate(Where{});

  manual_seed(options.fit.seed);
  Translator translator(options.unit, options.max_length, std::move(source), std::move(target), model);
  nn::init::Preset initial = nn::init::keras();
  initial.embedding = nn::init::normal;  // near zero, as Keras has them, words take epochs to reach the recurrent layers
  nn::initialize(translator.model_, initial, default_generator());
  if (options.fit.log) *options.fit.log << "parameters " << nn::count_parameters(translator.model_) << std::endl;

  SequencePairs train_data = translator.encode(train_pairs), dev_data = translator.encode(dev_pairs);
  Trainer trainer(translator.model_, optim::Adam({.lr = options.learning_rate}),
                  nn::CrossEntropy({.label_smoothing = options.label_smoothing}), {metrics::accuracy()});
  FitOptions fit = options.fit;
  if (!fit.schedule.is_set()) fit.schedule = "cosine";
  trainer.fit(train_data, dev_data, fit);
  return translator;
}

}  // namespace weft
