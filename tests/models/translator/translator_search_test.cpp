#include <weft/models/translator/translator.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/numbers.h"

namespace weft {

namespace {

using Lines = std::vector<std::string>;

// The target has the source's words in the same order, spelt differently.
std::vector<text::TextPair> spelling(int count) {
  const Lines words{"one", "two", "three", "four"}, others{"eins", "zwei", "drei", "vier"};
  std::vector<text::TextPair> pairs;
  for (int i = 0; i < count; ++i) {
    Lines source, target;
    for (int j = 0; j < 1 + i % 4; ++j) {
      const auto word = static_cast<std::size_t>((i * 7 + j * 5 + i / 3) % 4);
      source.push_back(words[word]);
      target.push_back(others[word]);
    }
    pairs.push_back({text::join(source), text::join(target)});
  }
  return pairs;
}

Translator trained(std::uint64_t seed, AttentionKind attention = AttentionKind::general) {
  TranslatorTraining options;
  options.model = {.embedding_dim = 12, .hidden = 24, .attention = attention, .dropout = 0};
  options.learning_rate = 1e-2;
  options.fit.epochs = 6;
  options.fit.batch_size = 16;
  options.fit.seed = seed;
  options.fit.progress = false;
  return Translator::train(spelling(120), spelling(20), options);
}

void check_equal_bits(const Translation& a, const Translation& b) {
  CHECK(a.text == b.text);
  CHECK(a.score == b.score);
  CHECK(a.token_log_probabilities == b.token_log_probabilities);
  REQUIRE(a.attention.defined() == b.attention.defined());
  if (a.attention.defined()) CHECK(equal_bits(a.attention, b.attention));
}

}  // namespace

TEST_CASE("translator: n-best lists, samples and ensembles do not depend on the other lines") {
  Translator translator = trained(1);
  translator.add_model(trained(2, AttentionKind::none));
  Lines lines{"one two three", "four", "", "two two", "one unheard four"};
  for (int i = 0; i < 70; ++i) lines.push_back(i % 2 ? "three two" : "four four one one");
  SearchOptions beam{.beam = 4, .n_best = 4, .length_norm = LengthNorm::gnmt, .coverage_penalty = 0.2};
  SearchOptions draws{.n_best = 2, .sampling = Sampling{.temperature = 1.3, .top_k = 5, .seed = 4}};
  for (const SearchOptions& options : {beam, draws}) {
    auto together = translator.translate_n_best(lines, options);
    set_threads(2);
    for (std::size_t i = 0; i < 8; ++i) {
      auto alone = translator.translate_n_best(std::span(&lines[i], 1), options, {.first_line = i});
      REQUIRE(alone[0].size() == together[i].size());
      CHECK(together[i].size() == (lines[i].empty() ? 1 : static_cast<std::size_t>(options.n_best)));
      for (std::size_t rank = 0; rank < alone[0].size(); ++rank) check_equal_bits(alone[0][rank], together[i][rank]);
    }
    set_threads(1);
    CHECK(together[2][0].text.empty());
  }
  auto sampled = translator.translate_n_best(lines, draws);
  bool differ = false;
  for (std::size_t i = 5; i + 2 < lines.size(); ++i) differ |= sampled[i][0].text != sampled[i + 2][0].text;
  CHECK(differ);  // equal lines have different random streams
}

TEST_CASE("translator: outputs begin with the given prefixes, including unknown words") {
  Translator translator = trained(1);
  Lines lines{"one two", "three four", "two"}, prefixes{"vier never heard", "", "zwei"};
  auto found = translator.translate(lines, {.beam = 2}, {.prefixes = prefixes});
  CHECK(found[0].text.find("vier never heard") == 0);
  CHECK(found[1].text == translator.translate(lines, {.beam = 2})[1].text);
  CHECK(found[2].text.find("zwei") == 0);
  CHECK_THROWS_WITH_AS(translator.translate(lines, {}, {.prefixes = {"a"}}), doctest::Contains("1 prefixes for 3 lines"),
                       ValueError);
  CHECK(translator.translate(Lines{""}, {}, {.prefixes = {""}})[0].text.empty());
  CHECK_THROWS_WITH_AS(translator.translate(Lines{""}, {}, {.prefixes = {"zwei"}, .first_line = 6}),
                       "translate: line 7 is empty, its translation cannot begin with \"zwei\"", ValueError);
}

TEST_CASE("translator: the score of a line's own translation equals that of the search") {
  Translator translator = trained(3);
  Lines lines{"one two three", "four", "two two three one"};
  auto found = translator.translate(lines, {.beam = 3});
  std::vector<text::TextPair> pairs;
  for (std::size_t i = 0; i < lines.size(); ++i) pairs.push_back({lines[i], found[i].text});
  auto scored = translator.score(pairs);
  for (std::size_t i = 0; i < lines.size(); ++i) check_equal_bits(scored[i], found[i]);
  auto unknown = translator.score({{"one", "never heard"}, {"one", "eins"}});
  CHECK(unknown[0].text == "never heard");
  CHECK(unknown[0].token_log_probabilities.size() == 3);
  CHECK(unknown[0].log_probability < unknown[1].log_probability);

  // The perplexity is over all target tokens.
  double sum = 0, tokens = 0;
  for (const Translation& translation : scored) {
    sum += translation.log_probability;
    tokens += static_cast<double>(translation.token_log_probabilities.size());
  }
  CHECK(translator.evaluate(pairs).perplexity == doctest::Approx(std::exp(-sum / tokens)));
}

TEST_CASE("translator: an ensemble averages the probabilities of all its models, including those of a nested ensemble") {
  const std::vector<text::TextPair> test = spelling(12);
  Translator first = trained(1), second = trained(2), third = trained(3);
  const auto one = first.score(test), two = second.score(test), three = third.score(test);
  second.add_model(std::move(third));
  first.add_model(std::move(second));
  const auto together = first.score(test);
  for (std::size_t i = 0; i < test.size(); ++i)
    for (std::size_t t = 0; t < together[i].token_log_probabilities.size(); ++t) {
      const double mean = (std::exp(one[i].token_log_probabilities[t]) + std::exp(two[i].token_log_probabilities[t]) +
                           std::exp(three[i].token_log_probabilities[t])) /
                          3;
      CHECK(std::exp(together[i].token_log_probabilities[t]) == doctest::Approx(mean).epsilon(1e-5));
    }
}

TEST_CASE("translator: the models of an ensemble must have the same vocabulary") {
  Translator first = trained(1);
  TranslatorTraining options;
  options.model = {.embedding_dim = 4, .hidden = 4};
  options.fit.epochs = 0;
  CHECK_THROWS_WITH_AS(first.add_model(Translator::train({{"a b", "c"}, {"b", "d"}}, {}, options)),
                       doctest::Contains("different vocabularies"), ValueError);
  options.source_tokenizer = options.target_tokenizer =
      text::Tokenizer({.unit = text::Unit::character, .lower_case = false, .split_punctuation = false});
  CHECK_THROWS_WITH_AS(first.add_model(Translator::train({{"a b", "c"}, {"b", "d"}}, {}, options)),
                       doctest::Contains("split text into different tokens"), ValueError);
}

TEST_CASE("translator: search options have effect") {
  Translator translator = trained(1);
  Lines lines{"one two three"};
  CHECK(translator.translate(lines, {.max_length = 1})[0].target.size() <= 1);
  CHECK(translator.translate(lines, {.min_length = 9})[0].target.size() >= 9);
  CHECK(translator.translate(lines, {.min_length = 150})[0].target.size() == 150);  // longer than the limit of training
  CHECK_THROWS_WITH_AS(translator.translate(lines, {.beam = 0}), doctest::Contains("search: beam is 0, not at least 1"),
                       ValueError);
  CHECK_THROWS_WITH_AS(translator.translate(Lines{}, {.n_best = 7}), doctest::Contains("n_best 7 is above beam 1"), ValueError);
}

TEST_CASE("translator: an unknown word is replaced by the source word with the most attention") {
  std::vector<text::TextPair> pairs;
  const Lines words{"one", "two", "three", "four"}, others{"eins", "zwei", "drei", "vier"};
  Numbers numbers(3);
  for (int i = 0; i < 600; ++i) {  // one word occurs only once and is <unk> on both sides
    Lines source, target;
    for (int j = 0; j < 1 + i % 4; ++j) {
      const auto word = static_cast<std::size_t>(numbers.below(4));
      source.push_back(words[word]);
      target.push_back(others[word]);
    }
    const std::string name = "name" + std::to_string(i);
    const std::ptrdiff_t place = numbers.below(std::ssize(source) + 1);
    source.insert(source.begin() + place, name);
    target.insert(target.begin() + place, name);
    pairs.push_back({text::join(source), text::join(target)});
  }
  TranslatorTraining training;
  training.model = {.embedding_dim = 12, .hidden = 24, .dropout = 0};
  training.min_count = 2;
  training.learning_rate = 1e-2;
  training.fit.epochs = 20;
  training.fit.batch_size = 16;
  training.fit.progress = false;
  Translator translator = Translator::train(pairs, {}, training);
  const Lines lines{"three Zoe four", "two Anna", "Max one"};
  for (std::int64_t beam : {1, 3}) {
    auto replaced = translator.translate(lines, {.beam = beam, .unknown = true});
    CHECK(replaced[0].text == "drei Zoe vier");
    CHECK(replaced[1].text == "zwei Anna");
    CHECK(replaced[2].text == "Max eins");
  }
  CHECK(translator.translate(lines)[0].text.find("Zoe") == std::string::npos);

  Translator fixed = trained(1, AttentionKind::none);
  CHECK_THROWS_WITH_AS(fixed.translate(lines, {.unknown = true}),
                       doctest::Contains("unknown replaces <unk> by source words, which needs attention; the model has none"),
                       ValueError);
}

}  // namespace weft
