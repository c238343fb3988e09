#include <weft/models/seq2seq/copy_mechanism.h>
#include <weft/models/seq2seq/seq2seq.h>
#include <weft/models/translator/translator.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/softmax.h>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft {

TEST_CASE("copy mechanism: the mixture of generating and copying agrees with a computation by hand") {
  Seq2SeqOptions options{.source_vocabulary = 9, .target_vocabulary = 6, .embedding_dim = 2, .hidden = 3, .copied_ids = 2};
  CopyMechanism copy(nullptr, "", options);
  copy.to(DType::f64);
  Numbers numbers(3);
  // There are two sentences of three positions, with two rows each. In the first sentence a word occurs twice.
  const Tensor words = tensor(std::vector<std::int64_t>{4, 1, 4, 5, 2, 0}, {2, 3});
  const Tensor logits = numbers.tensor({4, 6}), weights = softmax(numbers.tensor({4, 3})), input = numbers.tensor({4, 8});
  const Tensor mixed = copy(logits, input, weights, words).tensor();
  const Tensor whole = copy(reshape(logits, {2, 2, 6}), reshape(input, {2, 2, 8}), reshape(weights, {2, 2, 3}), words).tensor();
  Tensor limited = clone(logits);
  for (std::int64_t row = 0; row < 4; ++row)  // the last ids are unused
    for (std::int64_t id : {4, 5}) limited.set({row, id}, -1e9);
  const Tensor written = softmax(limited), gate = copy.gate(input).tensor();
  for (std::int64_t row = 0; row < 4; ++row) {
    const double p = 1 / (1 + std::exp(-gate.at({row, 0})));
    double total = 0;
    for (std::int64_t word = 0; word < 6; ++word) {
      double copied = 0;
      for (std::int64_t j = 0; j < 3; ++j)
        if (words.at({row / 2, j}) == static_cast<double>(word)) copied += weights.at({row, j});
      const double expected = p * written.at({row, word}) + (1 - p) * copied;
      CHECK(std::exp(mixed.at({row, word})) == doctest::Approx(expected).epsilon(1e-9));
      CHECK(whole.at({row / 2, row % 2, word}) == mixed.at({row, word}));
      total += expected;
    }
    CHECK(total == doctest::Approx(1));
  }
}

TEST_CASE("copy mechanism: vocabularies of different sizes need set_copied_words()") {
  Seq2Seq model(
      {.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6, .copy = true, .copied_ids = 3});
  auto example = test::SomePairs().batch();
  CHECK_THROWS_WITH_AS(model.run(example.input), doctest::Contains("need set_copied_words()"), ValueError);
  CHECK_THROWS_AS(model.set_copied_words(arange(9)), ShapeError);
  CHECK_THROWS_AS(model.set_copied_words(zeros({11})), DtypeError);
  model.set_copied_words(tensor(std::vector<std::int64_t>{0, -1, 2, 3, 5, 4, -1, -1, -1, -1, -1}));
  // The ids 6 to 8 are for words that the target lacks. A repeated word, other than <unk>, has the same id again. Then no id is
  // left.
  CHECK(model.copied_ids(Sequence{4, 7, 1, 5, 7, 1, 8, 7, 3}) == Sequence{5, 6, 7, 4, 6, 8, 1, 6, 3});
  CHECK(model.run(example.input).logits.shape() == Shape{4, 7, 9});
}

TEST_CASE("copy mechanism: a translator writes unseen words of the source") {
  // "say NAME twice" -> "NAME NAME", where hardly any name is repeated.
  std::vector<text::TextPair> train, dev;
  Numbers numbers(5);
  for (int i = 0; i < 400; ++i) {
    std::string name;
    for (int j = 0; j < 4; ++j) name += static_cast<char>('a' + numbers.below(20));
    (i < 360 ? train : dev).push_back({"say " + name + (i % 2 ? " twice" : " once"), "ok " + name + (i % 2 ? " " + name : "")});
  }
  TranslatorTraining options;
  options.model = {.embedding_dim = 16, .hidden = 32, .bidirectional = true, .copy = true};
  options.min_count = 3;  // so that no name has an id
  options.learning_rate = 1e-2;
  options.fit.epochs = 12;
  options.fit.batch_size = 20;
  options.fit.progress = false;
  Translator translator = Translator::train(train, dev, options);
  std::vector<std::string> lines;
  for (const text::TextPair& pair : dev) lines.push_back(pair.source);
  int right = 0;
  auto translations = translator.translate(lines);
  for (std::size_t i = 0; i < dev.size(); ++i) right += translations[i].text == dev[i].target;
  CHECK(right >= 36);
}

TEST_CASE("copy mechanism: an unknown word at two positions is one word") {
  // "b : a NAME b NAME c NAME" -> the name after b. In training all names differ; in the test the requested name occurs twice.
  auto pairs = [](int count, std::uint64_t seed, bool repeated) {
    std::vector<text::TextPair> all;
    Numbers numbers(seed);
    for (int i = 0; i < count; ++i) {
      std::string names[3];
      for (std::string& name : names)
        for (int j = 0; j < 5; ++j) name += static_cast<char>('a' + numbers.below(20));
      const std::size_t asked = repeated ? 2 : static_cast<std::size_t>(i % 3);
      if (repeated) names[0] = names[2];
      all.push_back({"abc"[asked] + (" : a " + names[0] + " b " + names[1] + " c " + names[2]), names[asked]});
    }
    return all;
  };
  TranslatorTraining options;
  options.model = {.embedding_dim = 16, .hidden = 32, .copy = true, .dropout = 0};
  options.learning_rate = 1e-2;
  options.fit.epochs = 8;
  options.fit.batch_size = 20;
  options.fit.progress = false;
  Translator translator = Translator::train(pairs(300, 5, false), pairs(40, 6, false), options);
  const TranslatorScores different = translator.evaluate(pairs(40, 7, false)), same = translator.evaluate(pairs(40, 7, true));
  CHECK(different.exact_match == 1);
  CHECK(same.exact_match == 1);
  CHECK(different.perplexity < 1.2);
  CHECK(same.perplexity < 1.2);
}

TEST_CASE("copy mechanism: no output has <unk>, in beam search and sampling") {
  // The target is the name in the source, and no word is repeated.
  std::vector<text::TextPair> pairs;
  Numbers numbers(7);
  for (int i = 0; i < 120; ++i) {
    const std::string name = "w" + std::to_string(i);
    std::string source;
    for (int j = 0; j < 1 + i % 4; ++j) source += std::string(1, static_cast<char>('a' + numbers.below(6))) + " ";
    pairs.push_back({source + name, name});
  }
  TranslatorTraining options;
  options.model = {.embedding_dim = 8, .hidden = 8, .copy = true};
  options.learning_rate = 3e-2;
  options.fit.epochs = 4;
  options.fit.progress = false;
  Translator translator = Translator::train(pairs, pairs, options);
  const std::vector<std::string> lines{"a", "b c d", "never seen before at all", "a w3 new"};
  auto check = [&](const SearchOptions& search) {
    for (const auto& found : translator.translate_n_best(lines, search))
      for (const Translation& translation : found)
        for (const std::string& token : translation.target) CHECK(token != "<unk>");
  };
  for (const std::int64_t beam : {1, 2, 3, 10}) check({.beam = beam, .n_best = beam});
  check({.beam = 5, .n_best = 5, .min_length = 6});
  check({.n_best = 40, .sampling = Sampling{.temperature = 20, .seed = 3}});
  check({.beam = 4, .n_best = 4, .unknown = true});
}

}  // namespace weft
