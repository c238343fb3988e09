#include <weft/models/generated/generate_english_french.h>
#include <weft/models/io/model_file.h>
#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/files/safetensors.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "tests/models/io/temporary_file.h"
#include "tests/numbers.h"
#include "tests/tensor/files/temporary_folder.h"

namespace weft {

namespace {

using Pairs = std::vector<text::TextPair>;

// The target has the source's digits in reverse order, spelt as words of another language.
Pairs backwards(int count, std::uint64_t seed, text::Unit unit) {
  const std::vector<std::string> words{"one", "two", "Three", "four", "five"}, others{"eins", "zwei", "Drei", "vier", "fünf"};
  const std::vector<std::string> letters{"a", "b", "C", "d", "é"}, other_letters{"v", "w", "X", "y", "ü"};
  bool by_word = unit == text::Unit::word;
  Numbers numbers(seed);
  Pairs pairs;
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> source, target;
    for (int j = 0; j < 2 + i % 3; ++j) {
      auto word = static_cast<std::size_t>(numbers.below(5));
      source.push_back((by_word ? words : letters)[word]);
      target.insert(target.begin(), (by_word ? others : other_letters)[word]);
    }
    pairs.push_back({text::join(source, unit), text::join(target, unit)});
  }
  return pairs;
}

TranslatorTraining small_training() {
  TranslatorTraining options;
  options.model.embedding_dim = 16;
  options.model.hidden = 32;
  options.model.dropout = 0;
  options.learning_rate = 1e-2;
  options.fit.batch_size = 16;
  options.fit.epochs = 20;
  options.fit.progress = false;
  return options;
}

// A path without a file. Whatever is written there is removed at the end.
struct ModelPath {
  std::string path = test::TemporaryFile("").path() + ".model";
  ~ModelPath() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("translator: learns words and characters, and is the same after saving and loading") {
  for (text::Unit unit : {text::Unit::word, text::Unit::character}) {
    CAPTURE(to_string(unit));
    TranslatorTraining options = small_training();
    options.source_tokenizer = options.target_tokenizer =
        text::Tokenizer({.unit = unit, .lower_case = false, .split_punctuation = false});
    std::ostringstream log;
    options.fit.log = &log;
    Translator translator = Translator::train(backwards(300, 1, unit), {}, options);
    CHECK(log.str().starts_with("pairs 285, dev pairs 15\nparameters " +
                                std::to_string(nn::count_parameters(translator.model())) + "\n"));
    CHECK(log.str().find("\nkept epoch ") != std::string::npos);
    CHECK(log.str().find("epoch 20/20") != std::string::npos);
    Pairs test = backwards(40, 9, unit);
    TranslatorScores scores = translator.evaluate(test);
    CHECK(scores.exact_match > 0.9);
    CHECK(scores.perplexity < 1.5);

    ModelPath file;
    translator.save(file.path);
    Translator loaded = Translator::load(file.path);
    TranslatorScores again = loaded.evaluate(test, {.beam = 3}), beam = translator.evaluate(test, {.beam = 3});
    CHECK(again.bleu.score == beam.bleu.score);
    CHECK(again.perplexity == scores.perplexity);
    std::vector<std::string> lines{test[0].source, "", test[1].source, "   "};
    auto mine = translator.translate(lines), theirs = loaded.translate(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) CHECK(mine[i].text == theirs[i].text);
    if (unit == text::Unit::word) CHECK((mine[1].text.empty() && mine[3].text.empty() && !mine[1].attention.defined()));
    CHECK(mine[0].attention.shape() == Shape{std::ssize(mine[0].target), std::ssize(mine[0].source)});
    CHECK(mine[0].source.back() == "</s>");
  }
}

TEST_CASE("translator: a file stores every digit of the options") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 0;
  options.model.dropout = 1.0 / 3;
  options.model.target_word_dropout = 1e-9;
  test::TemporaryFolder folder;
  Translator::train(backwards(20, 1, text::Unit::word), {}, options).save(folder / "model");
  Translator loaded = Translator::load(folder / "model");
  CHECK(loaded.model().options().dropout == 1.0 / 3);
  CHECK(loaded.model().options().target_word_dropout == 1e-9);
}

TEST_CASE("translator: a file without scaled_scores holds a model with unscaled scores") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 0;
  test::TemporaryFolder folder;
  Translator::train(backwards(20, 1, text::Unit::word), {}, options).save(folder / "model");
  CHECK(Translator::load(folder / "model").model().options().scaled_scores);
  TensorFile content = load_tensors(folder / "model");
  content.metadata.erase("scaled_scores");
  content.metadata.erase("checksum");  // as in old files
  save_tensors(folder / "old", content.tensors, content.metadata);
  CHECK_FALSE(Translator::load(folder / "old").model().options().scaled_scores);
}

TEST_CASE("translator: embeddings learn at sqrt(embedding_dim) times the rate, except given vectors") {
  const Pairs pairs = backwards(16, 1, text::Unit::word);
  const test::TemporaryFile vectors("one 1 0.5 -1 2\n");
  auto largest_steps = [&](bool given) {
    TranslatorTraining options = small_training();
    options.model.embedding_dim = 4;
    if (given) options.source_words.vectors = vectors.path();
    options.fit.schedule = {};
    options.fit.epochs = 0;
    Translator before = Translator::train(pairs, pairs, options);
    options.fit.epochs = 1;  // one batch: Adam's first step changes every number with a gradient by the rate
    Translator after = Translator::train(pairs, pairs, options);
    std::map<std::string, double> largest;
    const auto old_weights = before.model().parameters(), weights = after.model().parameters();
    for (std::size_t i = 0; i < weights.size(); ++i)
      largest[weights[i]->path()] = max_difference(weights[i]->tensor(), old_weights[i]->tensor());
    return largest;
  };
  auto steps = largest_steps(false);
  CHECK(steps.at("encoder.embedding.weight") == doctest::Approx(2e-2).epsilon(1e-3));
  CHECK(steps.at("decoder.embedding.weight") == doctest::Approx(2e-2).epsilon(1e-3));
  CHECK(steps.at("decoder.output.weight") == doctest::Approx(1e-2).epsilon(1e-3));
  steps = largest_steps(true);
  CHECK(steps.at("encoder.embedding.weight") == doctest::Approx(1e-2).epsilon(1e-3));
  CHECK(steps.at("decoder.embedding.weight") == doctest::Approx(2e-2).epsilon(1e-3));
}

TEST_CASE("translator: each side can have its own codes for pieces of words") {
  Pairs pairs = backwards(200, 1, text::Unit::word);
  TranslatorTraining options = small_training();
  options.fit.epochs = 30;
  text::TokenCounts source, target;
  for (const text::TextPair& pair : pairs) {
    text::count_tokens(options.source_tokenizer.tokens(pair.source), source);
    text::count_tokens(options.target_tokenizer.tokens(pair.target), target);
  }
  options.source_tokenizer = text::Tokenizer(words_as_written(), text::learn_bpe(source, {.merges = 4}));
  options.target_tokenizer = text::Tokenizer(words_as_written(), text::learn_bpe(target, {.merges = 6}));
  Translator translator = Translator::train(pairs, {}, options);
  Pairs test = backwards(20, 9, text::Unit::word);
  CHECK(translator.evaluate(test).exact_match > 0.8);

  ModelPath file;
  translator.save(file.path);
  Translator loaded = Translator::load(file.path);
  CHECK(loaded.source_tokenizer() == translator.source_tokenizer());
  CHECK(loaded.target_tokenizer() == translator.target_tokenizer());
  CHECK(loaded.source_tokenizer() != loaded.target_tokenizer());
  const std::vector<std::string> lines = {"one two Three", "six"};
  auto mine = translator.translate(lines), theirs = loaded.translate(lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(mine[i].text == theirs[i].text);
    CHECK(mine[i].text == text::Bpe::join(mine[i].target));
    CHECK(mine[i].text.find("@@") == std::string::npos);
  }
  CHECK(mine[1].source == std::vector<std::string>{"s@@", "i@@", "x", "</s>"});
}

TEST_CASE("translator: training gives the same bits again and with two threads") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 2;
  options.model.dropout = 0.2;
  options.model.layers = 2;
  options.model.source_word_dropout = options.model.target_word_dropout = 0.1;
  options.label_smoothing = 0.1;
  options.fit.seed = 3;
  Pairs pairs = backwards(100, 1, text::Unit::word);
  auto weights = [&](int threads) {
    set_threads(threads);
    Translator translator = Translator::train(pairs, {}, options);
    set_threads(1);
    std::vector<Tensor> tensors;
    for (nn::Parameter* parameter : translator.model().parameters()) tensors.push_back(parameter->tensor());
    return tensors;
  };
  auto one = weights(1), two = weights(2);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(equal_bits(one[i], two[i]));
}

TEST_CASE("translator: equal sources count as one with several references, and other lines do not change a line's output") {
  Translator translator = Translator::train(backwards(200, 1, text::Unit::word), {}, small_training());
  std::string source = "one two", output = translator.translate(std::vector<std::string>{source})[0].text;
  Pairs pairs{{source, "etwas ganz anderes"}, {source, output}};
  CHECK(translator.evaluate(pairs).exact_match == 1);
  CHECK(translator.evaluate({{source, "etwas ganz anderes"}, {"two", "x"}}).exact_match == 0);
  TranslatedSources translated = translator.translate_sources(pairs);
  CHECK(translated.sources.size() == translated.references.size());
  CHECK(translator.evaluate_translations(pairs, translator.translate_sources(pairs, {}, true)).exact_match == 0.5);
  CHECK(translator.evaluate_translations(pairs, translated).exact_match == 1);
  for (Translation& translation : translated.translations) translation.text = "nichts davon";
  const TranslatorScores other = translator.evaluate_translations(pairs, translated);
  CHECK(other.exact_match == 0);
  CHECK(other.perplexity == translator.evaluate(pairs).perplexity);
  std::vector<std::string> lines;
  for (const auto& pair : backwards(30, 4, text::Unit::word)) lines.push_back(pair.source);
  lines.push_back("one unheard two");
  auto together = translator.translate(lines, {.beam = 4});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Translation alone = translator.translate(std::span(&lines[i], 1), {.beam = 4})[0];
    CHECK(alone.text == together[i].text);
    CHECK(alone.score == together[i].score);
    CHECK(alone.text.find("<") == std::string::npos);
  }
}

TEST_CASE("translator: vocab_size is the number of rows, and ids without a word are never written") {
  TranslatorTraining options = small_training();
  options.vocabulary_size = 50;
  options.fit.epochs = 0;
  Translator translator = Translator::train(backwards(50, 1, text::Unit::word), {}, options);
  // The model is untrained but certain of id 40, which has no word.
  fill(translator.model().decoder.output.bias.tensor(), 0);
  translator.model().decoder.output.bias.tensor().set({40}, 100);
  CHECK(translator.model().encoder.embedding.weight.shape() == Shape{50, 16});
  CHECK(translator.model().decoder.output.weight.shape() == Shape{50, 32});
  const std::set<std::string> words{"eins", "zwei", "Drei", "vier", "fünf"};
  for (const Translation& translation : translator.translate(std::vector<std::string>{"one", "four five"}, {.beam = 2})) {
    CHECK_FALSE(translation.target.empty());
    for (const std::string& word : translation.target) CHECK_MESSAGE(words.contains(word), word);
  }
  options.vocabulary_size = 6;
  Translator tiny = Translator::train(backwards(50, 1, text::Unit::word), {}, options);
  CHECK(tiny.model().options().target_vocabulary == 6);
}

TEST_CASE("translator: tied weights are saved once and restored, and tie all shares one vocabulary") {
  for (Tie tie : {Tie::target, Tie::all}) {
    TranslatorTraining options = small_training();
    options.model.tie = tie;
    options.model.layer_norm = options.model.residual = options.model.variational_dropout = true;
    options.model.layers = 2;
    options.model.teacher_forcing = {.ratio = 0.5, .schedule = SamplingSchedule::linear, .steps = 4};
    options.fit.epochs = 2;
    Pairs pairs = backwards(60, 1, text::Unit::word);
    Translator translator = Translator::train(pairs, {}, options);
    ModelPath file;
    translator.save(file.path);
    const TensorFile content = load_tensors(file.path);
    CHECK_FALSE(content.tensors.contains("decoder.output.weight"));
    CHECK(content.tensors.contains("encoder.embedding.weight") == (tie == Tie::target));
    CHECK((content.metadata.at("source_vocabulary") == content.metadata.at("target_vocabulary")) == (tie == Tie::all));
    Translator loaded = Translator::load(file.path);
    CHECK(loaded.model().options().layer_norm);
    CHECK(loaded.model().options().variational_dropout);
    CHECK(nn::count_parameters(loaded.model()) == nn::count_parameters(translator.model()));
    CHECK(loaded.evaluate(pairs).perplexity == translator.evaluate(pairs).perplexity);
  }
}

TEST_CASE("translator: BLEU of the dev pairs can choose the epoch, and equals that of evaluate()") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 6;
  options.model.dropout = 0.2;
  History history;
  options.fit.callbacks = {{.on_epoch = [&](const History& all) { return history = all, true; }}};
  const Pairs train = backwards(120, 1, text::Unit::word);
  Pairs dev = backwards(30, 2, text::Unit::word);
  dev.push_back({dev[0].source, "eins"});  // a second reference
  auto weights = [&](const std::string& monitor, bool restore_best) {
    history.clear();
    options.fit.monitor = monitor;
    options.fit.restore_best = restore_best;
    Translator translator = Translator::train(train, dev, options);
    std::vector<Tensor> all;
    for (nn::Parameter* parameter : translator.model().parameters()) all.push_back(parameter->tensor());
    if (monitor == "bleu") {
      auto bleu = [](const EpochRecord& record) { return record.validation->metric("bleu"); };
      double best = 0;
      for (const EpochRecord& record : history) best = std::max(best, bleu(record));
      const double kept = translator.evaluate(dev).bleu.score / 100;
      CHECK(kept == (restore_best ? best : bleu(history.back())));
    }
    return all;
  };
  weights("bleu", true);
  // Computing BLEU did not affect the weights.
  const std::vector<Tensor> with = weights("bleu", false), without = weights("loss", false);
  CHECK(history.size() == 6);
  CHECK(history[0].validation->metrics.size() == 1);
  for (std::size_t i = 0; i < with.size(); ++i) CHECK(equal_bits(with[i], without[i]));
  options.fit.monitor = "blue";
  CHECK_THROWS_WITH_AS(Translator::train(train, dev, options), "fit: the trainer has no metric blue to monitor", ValueError);
}

TEST_CASE("translator: one pair is enough with dev pairs, and two are needed without") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 1;
  Pairs one{{"one two", "zwei eins"}};
  CHECK(nn::count_parameters(Translator::train(one, one, options).model()) > 0);
  CHECK_THROWS_WITH_AS(Translator::train(one, {}, options),
                       "train: 1 of 1 pairs have at most max_length 100 tokens on each side; at least 2 are needed", ValueError);
}

TEST_CASE("translator: long pairs are left out, and options out of range and other files are refused") {
  TranslatorTraining options = small_training();
  options.fit.epochs = 1;
  Pairs pairs = backwards(50, 1, text::Unit::word);
  options.max_length = 1;
  CHECK_THROWS_WITH_AS(Translator::train(pairs, {}, options),
                       "train: 0 of 50 pairs have at most max_length 1 tokens on each side; at least 2 are needed", ValueError);
  options = small_training();
  options.learning_rate = 0;
  CHECK_THROWS_AS(Translator::train(pairs, {}, options), ValueError);
  options = small_training();
  options.fit.clip_norm = -1;
  CHECK_THROWS_AS(Translator::train(pairs, {}, options), ValueError);
  options = small_training();
  options.label_smoothing = 1;
  CHECK_THROWS_AS(Translator::train(pairs, {}, options), ValueError);
  options = small_training();
  options.fit.batch_size = 0;
  CHECK_THROWS_AS(Translator::train(pairs, {}, options), ValueError);
  CHECK_THROWS_AS(Translator::load("/nowhere/model"), IoError);
  test::TemporaryFile text("not a model at all, but long enough to be read as one");
  CHECK_THROWS_AS(Translator::load(text.path()), FormatError);

  options = small_training();
  options.fit.epochs = 0;
  ModelPath file;
  Translator::train(pairs, {}, options).save(file.path);
  auto refused_with = [&](const std::string& key, const std::string& value, const std::string& message = "") {
    TensorFile content = load_tensors(file.path);
    content.metadata[key] = value;
    ModelPath changed;
    save_checked(changed.path, content.tensors, content.metadata);
    CHECK_THROWS_WITH_AS(Translator::load(changed.path), doctest::Contains((changed.path + ": " + message).c_str()), FormatError);
  };
  refused_with("hidden", "0");
  refused_with("hidden", "31");
  refused_with("cell", "quantum");
  refused_with("source_tokenizer.unit", "syllable");
  refused_with("target_tokenizer.unit", "bpe", "the model's metadata lacks target_tokenizer.bpe_codes");
  refused_with("layers", "many");
  refused_with("layers", "1000000000", "lacks the weights encoder.rnn.weight_ih_l1");
  refused_with("hidden", "1000000000", "decoder.output.weight is [");
  refused_with("embedding_dim", "1000000000", "encoder.embedding.weight is [");
  refused_with("source_vocabulary_size", "1000000000", "encoder.embedding.weight is [");
  refused_with("cell", "gru", "encoder.rnn.weight_ih_l0 is [");
  refused_with("source_vocabulary_size", "3");
  refused_with("target_vocabulary", "[\"<pad>\", \"<unk>\"]");
}

}  // namespace weft
