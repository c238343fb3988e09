#include <weft/models/data/map_examples.h>
#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/models/programs/translate/defaults.h>
#include <weft/models/progress/progress.h>
#include <weft/models/subwords/known_words.h>
#include <weft/models/text/white_space.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace weft::programs {

namespace {

constexpr std::int64_t kMostMerges = 5000, kFewestEpochs = 12, kLeastPatience = 2;

using Names = std::initializer_list<const char*>;

bool any_given(const Command& command, Names names) {
  return std::ranges::any_of(names, [&](const char* name) { return command.is_given(name); });
}

// Sets the default of a flag to on.
void set_default(Command& command, const char* name, bool& flag, bool value) {
  if (command.is_given(name)) return;
  flag = value;
  command.find(name)->default_text(value ? "true" : "false");
}

// Sets the default of a number.
template <class Number>
void set_default(Command& command, const char* name, Number& number, std::int64_t value) {
  if (command.is_given(name)) return;
  number = static_cast<Number>(value);
  command.find(name)->default_text(std::to_string(value));
}

void set_units(Command& command, TokenizerArguments& tokenizer, text::Unit source, text::Unit target) {
  tokenizer.options.unit = source;
  tokenizer.target_unit = target;
  Option::Texts units{to_string(source)};
  if (target != source) units.push_back(to_string(target));
  command.find("--unit")->give(units);
}

// Options that concern whole words, and options that concern pieces of words.
constexpr Names kOfWords{"--copy", "--vocab", "--source-vectors", "--target-vectors", "--vocab-size", "--min-count"};
constexpr Names kOfPieces{"--bpe-merges", "--bpe-codes", "--save-bpe-codes", "--separate-codes"};

// Returns whether white space separates phrases, as in Thai, rather than words. If text in such a script has been split into
// words, each word has two to four letters.
bool has_unspaced_phrases(std::string_view line, std::int64_t parts) {
  constexpr std::int64_t kLettersOfPhrase = 6;
  std::int64_t letters = 0;
  for (const text::CodePoint& c : text::CodePoints(line)) letters += text::is_unspaced(c.value);
  return letters >= kLettersOfPhrase * parts;
}

// What is to be known of a line.
struct Line {
  std::int64_t words = 0;
  bool unbroken = false;
  std::size_t hash = 0;
  std::vector<std::size_t> word_hashes = {};  // if there have been few words so far
  auto fields() { return std::tie(words, unbroken, hash, word_hashes); }
};

// Statistics of the lines on one side of the pairs.
class Side {
 public:
  explicit Side(const char* name) : name_(name) {}

  Line look(const std::string& line) const {
    constexpr std::hash<std::string_view> kHash;
    const std::vector<std::string_view> words = text::split_at_white_space(line);
    Line found{std::ssize(words), words.size() < 2 || has_unspaced_phrases(line, std::ssize(words)), kHash(line)};
    if (has_few_words())
      for (const std::string_view word : words) found.word_hashes.push_back(kHash(word));
    return found;
  }
  void add(const Line& line) {
    ++lines_;
    words_ += line.words;
    unbroken_ += line.unbroken;
    if (lines_ <= kSample) distinct_lines_.insert(line.hash);
    if (has_few_words()) distinct_words_.insert(line.word_hashes.begin(), line.word_hashes.end());
  }
  // Returns whether nearly all lines are without white space and are not just a few labels, which are better learnt as a whole.
  bool asks_for_characters() const {
    return lines_ >= kFew && 10 * unbroken_ >= 9 * lines_ && 20 * std::ssize(distinct_lines_) >= std::min(lines_, kSample);
  }
  std::string reason() const {
    return std::string(name_) + " unit char: " + text::share(unbroken_, lines_) +
           " of its lines have no white space between words; --unit bpe cuts them into pieces";
  }
  // Returns whether there are so few different words that they are like an alphabet: phonemes, commands.
  bool has_few_words() const { return std::ssize(distinct_words_) <= kAlphabet; }
  std::int64_t lines() const { return lines_; }
  std::int64_t words() const { return words_; }

 private:
  static constexpr std::int64_t kFew = 20, kSample = 100'000, kAlphabet = 200;
  const char* name_;
  std::int64_t lines_ = 0, words_ = 0, unbroken_ = 0;
  std::unordered_set<std::size_t> distinct_lines_, distinct_words_;  // as hashes
};

// In a short text, only a few pieces are frequent enough to learn from: Sennrich and Zhang 2019, "Revisiting low-resource neural
// machine translation". recipes.md has the figures.
std::int64_t merges_for(std::int64_t words) {
  constexpr double kPerRoot = 10;
  return std::min<std::int64_t>(kMostMerges, std::llround(kPerRoot * std::sqrt(static_cast<double>(words))));
}

struct Survey {
  Side source{"source"}, target{"target"};
};

Survey look_at(const text::PairSource& pairs, const FitOptions& fit) {
  using Lines = std::pair<Line, Line>;
  Survey survey;
  auto look = [&](const text::TextPair& pair, const std::string& /*place*/) {
    return Lines(survey.source.look(pair.source), survey.target.look(pair.target));
  };
  auto add = [&](const Lines& lines) {
    survey.source.add(lines.first);
    survey.target.add(lines.second);
  };
  text::map_examples(pairs, look, add, reading_progress(fit.progress, "looking at words", "pairs"), fit.communicator);
  return survey;
}

void choose_units(Command& command, const Survey& survey, TokenizerArguments& tokenizer) {
  for (const Side* side : {&survey.source, &survey.target})
    if (side->asks_for_characters()) std::cout << side->reason() << std::endl;
  auto unit_of = [](const Side& side) { return side.asks_for_characters() ? text::Unit::character : text::Unit::bpe; };
  if (survey.source.asks_for_characters() || survey.target.asks_for_characters())
    set_units(command, tokenizer, unit_of(survey.source), unit_of(survey.target));
}

void choose_merges(Command& command, const Survey& survey, TokenizerArguments& tokenizer) {
  if (!tokenizer.has_unit(text::Unit::bpe)) return;
  auto words_of = [&](std::size_t side, const Side& lines) {
    return tokenizer.unit(side) == text::Unit::bpe ? lines.words() : 0;
  };
  const std::int64_t words = words_of(0, survey.source) + words_of(1, survey.target);
  set_default(command, "--bpe-merges", tokenizer.bpe.merges, merges_for(words));
}

// With few pairs, epochs are short. There are then more epochs and more patience, because the average of the weights spans about
// 1000 updates.
void choose_lengths(Command& command, std::int64_t pairs, FitOptions& fit) {
  constexpr std::int64_t kUpdates = 3000, kWaited = 1000, kMostEpochs = 100, kMostPatience = 20;
  if (fit.batch_tokens > 0) return;
  const std::int64_t updates = std::max<std::int64_t>(pairs / (fit.batch_size * fit.accumulate), 1);
  set_default(command, "--epochs", fit.epochs, std::clamp<std::int64_t>(kUpdates / updates, kFewestEpochs, kMostEpochs));
  set_default(command, "--patience", fit.patience, std::clamp<std::int64_t>(kWaited / updates, kLeastPatience, kMostPatience));
}

}  // namespace

TranslatorTraining recommended_training() {
  TranslatorTraining training;
  training.model.embedding_dim = 256;
  training.model.hidden = 320;
  training.model.bidirectional = true;
  training.model.tie = Tie::target;
  training.model.dropout = 0.3;
  training.label_smoothing = 0.1;
  training.learning_rate = 1.5e-3;
  // The schedule does not depend on the length of training, so that training can end when the dev score stops rising. The average
  // of the weights has the effect of a falling rate.
  training.fit.schedule = "exponential:0.5/4000u";
  training.fit.average = 0.999;
  training.fit.batch_size = 32;
  training.fit.epochs = kFewestEpochs;
  training.fit.patience = kLeastPatience;
  training.fit.monitor = "accuracy";  // with smoothed targets, the loss may rise while translations still improve
  return training;
}

TokenizerArguments recommended_tokenizer() {
  TokenizerArguments tokenizer{.options = words_as_written(), .bpe = {.merges = kMostMerges}, .usual_merges = kMostMerges};
  tokenizer.options.unit = text::Unit::bpe;
  return tokenizer;
}

void complete_defaults(Command& command, TokenizerArguments& tokenizer, TranslatorTraining& training) {
  set_default(command, "--bidirectional", training.model.bidirectional, training.model.hidden % 2 == 0);
  const bool frozen_target = command.is_given("--freeze-vectors") && command.is_given("--target-vectors");
  if (frozen_target && !command.is_given("--tie")) {  // a tied output layer would be frozen too
    training.model.tie = Tie::none;
    command.find("--tie")->default_text(to_string(Tie::none));
  }
  const bool words = any_given(command, kOfWords) && !any_given(command, kOfPieces);
  if (!command.is_given("--unit") && words) set_units(command, tokenizer, text::Unit::word, text::Unit::word);
}

void complete_from_pairs(Command& command, const text::PairSource& pairs, TokenizerArguments& tokenizer,
                         TranslatorTraining& training) {
  Seq2SeqOptions& model = training.model;
  const bool any_unit =
      !any_given(command, {"--unit", "--token-pattern", "--split-punctuation"}) && !any_given(command, kOfPieces);
  const bool any_merges = tokenizer.has_unit(text::Unit::bpe) && !any_given(command, {"--bpe-merges", "--bpe-codes"});
  const bool can_feed = model.has_attention() && model.wiring == Wiring::luong;
  const bool any_number = !command.is_given("--epochs") || !command.is_given("--patience");
  if (!any_unit && !any_merges && !any_number && (!can_feed || command.is_given("--input-feeding"))) return;
  const Survey survey = look_at(pairs, training.fit);
  choose_lengths(command, survey.source.lines(), training.fit);
  if (any_unit) choose_units(command, survey, tokenizer);
  if (any_merges) choose_merges(command, survey, tokenizer);
  const bool spells = tokenizer.unit(1) == text::Unit::character || survey.target.has_few_words();
  set_default(command, "--input-feeding", model.input_feeding, can_feed && spells);
}

}  // namespace weft::programs
