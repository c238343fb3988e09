#include <weft/models/decoding/detail/next_words.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/fused/softmax.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/numbers.h"

namespace weft {

namespace {

constexpr DecoderTokens kTokens{.vocabulary = 7, .start = 2, .end = 3, .padding = 0, .unknown = 1};

std::vector<std::int64_t> ids_of(const std::vector<NextWords::Choice>& choices) {
  std::vector<std::int64_t> ids;
  for (const auto& choice : choices) ids.push_back(choice.id);
  return ids;
}
using Ids = std::vector<std::int64_t>;

// Returns how often each id is drawn for evenly spaced chances between 0 and 1.
std::map<std::int64_t, double> shares(const NextWords& words, const Sampling& sampling, const NextRules& rules = {}) {
  constexpr int kDraws = 10000;
  std::map<std::int64_t, double> shares;
  for (int i = 0; i < kDraws; ++i) shares[words.draw(0, sampling, (i + 0.5) / kDraws, rules).id] += 1.0 / kDraws;
  return shares;
}

}  // namespace

TEST_CASE("next words: forbidden words are not chosen") {
  Tensor logits = tensor({{9, 8, 7, -5, 1, 2, 2}}), log_p = log_softmax(logits);
  SearchOptions options;
  NextWords words(log_p, options, kTokens);
  CHECK(ids_of(words.best(0, 3, {})) == Ids{5, 6, 4});
  CHECK(words.best(0, 1, {})[0].log_probability == log_p.at({0, 5}));
  CHECK(ids_of(words.best(0, 10, {})) == Ids{5, 6, 4, 3});
  CHECK(ids_of(words.best(0, 3, {.must_end = true})) == Ids{3});
  CHECK(ids_of(words.best(0, 10, {.may_end = false})) == Ids{5, 6, 4});
  CHECK(ids_of(words.best(0, 2, {.blocked = {4, 5}})) == Ids{6, 3});
  CHECK(ids_of(words.best(0, 2, {.may_end = false, .blocked = {4, 5, 6}})) == Ids{3});
  CHECK(ids_of(words.best(0, 2, {.forced = 4, .blocked = {4}})) == Ids{4});
  CHECK(ids_of(words.best(0, 2, {.forced = kTokens.unknown})) == Ids{1});
  options.words = 6;
  CHECK(ids_of(NextWords(log_p, options, kTokens).best(0, 10, {})) == Ids{5, 4, 3});
  options.unknown = true;
  CHECK(ids_of(NextWords(log_p, options, kTokens).best(0, 1, {})) == Ids{1});
  CHECK_THROWS_WITH_AS(NextWords(log_softmax(tensor({{1, 2, NAN, 4, 5}})), {}, kTokens).best(0, 1, {}), doctest::Contains("NaN"),
                       ValueError);
}

TEST_CASE("next words: the penalty for a repeated word does not change its reported ln p") {
  Tensor log_p = log(tensor({{0.05, 0.05, 0.05, 0.05, 0.5, 0.2, 0.1}}));
  NextWords words(log_p, {.repetition_penalty = 3}, kTokens);
  auto best = words.best(0, 2, {.repeated = {4}});
  CHECK(ids_of(best) == Ids{5, 4});  // 0.5^3 = 0.125
  CHECK(best[1].log_probability == log_p.at({0, 4}));
  CHECK(best[1].value == 3 * log_p.at({0, 4}));
}

TEST_CASE("next words: the best of many agree with sorting") {
  Numbers numbers(3);
  std::vector<float> values;
  for (int i = 0; i < 3 * 1000; ++i) values.push_back(-static_cast<float>(numbers.below(300)));  // many values are equal
  for (DType dtype : {DType::f32, DType::f64}) {
    NextWords words(cast(tensor(values, {3, 1000}), dtype), {}, kTokens);
    for (std::int64_t count : {1, 2, 7, 100, 996, 2000}) {
      Ids sorted;
      for (std::int64_t id = 3; id < 1000; ++id) sorted.push_back(id);
      std::stable_sort(sorted.begin(), sorted.end(), [&](std::int64_t a, std::int64_t b) {
        return values[static_cast<std::size_t>(1000 + a)] > values[static_cast<std::size_t>(1000 + b)];
      });
      sorted.resize(static_cast<std::size_t>(std::min<std::int64_t>(count, 997)));
      CHECK(ids_of(words.best(1, count, {})) == sorted);
    }
  }
}

TEST_CASE("next words: words are drawn with the probabilities of the allowed words") {
  Tensor p = tensor({{0.1, 0.1, 0.1, 0.05, 0.35, 0.2, 0.1}});
  NextWords words(log(p), {}, kTokens);
  auto all = shares(words, {});
  for (std::int64_t id = 3; id < 7; ++id) CHECK(all[id] == doctest::Approx(p.at({0, id}) / 0.7).epsilon(1e-3));
  auto colder = shares(words, {.temperature = 0.5});
  const double squares = 0.05 * 0.05 + 0.35 * 0.35 + 0.2 * 0.2 + 0.1 * 0.1;
  for (std::int64_t id = 3; id < 7; ++id)
    CHECK(colder[id] == doctest::Approx(std::pow(p.at({0, id}), 2) / squares).epsilon(1e-2));
  auto two = shares(words, {.top_k = 2});
  CHECK(two.size() == 2);
  CHECK(two[4] == doctest::Approx(0.35 / 0.55).epsilon(1e-3));
  // The shares of the words in their sum, 0.7, are 0.5, 0.2857, 0.1429 and 0.0714.
  CHECK(shares(words, {.top_p = 0.49}).size() == 1);
  CHECK(shares(words, {.top_p = 0.51}).size() == 2);
  CHECK(shares(words, {.top_p = 0.78}).size() == 2);
  CHECK(shares(words, {.top_p = 0.79}).size() == 3);
  CHECK(shares(words, {.top_p = 0.99}).size() == 4);
  CHECK(shares(words, {.top_k = 3, .top_p = 0.8}).size() == 2);
  CHECK(shares(words, {.top_p = 1e-9}).count(4) == 1);
  CHECK(shares(words, {.temperature = 1e-300}).size() == 1);
  CHECK(shares(words, {}, {.may_end = false, .blocked = {4}}).size() == 2);
  CHECK(shares(words, {.top_k = 3}, {.must_end = true}).size() == 1);
}

}  // namespace weft
