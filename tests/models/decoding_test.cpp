#include <weft/autograd/grad_mode.h>
#include <weft/models/decoding/beam_search.h>
#include <weft/models/decoding/next_words.h>
#include <weft/models/text/vocabulary.h>
#include <weft/nn/init.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/random.h>
#include <weft/tensor/softmax.h>
#include <weft/tensor/views.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/models/seq2seq_checks.h"

namespace weft {

namespace {

// A model whose choices are far from even, so that searches differ.
Seq2Seq decided_model(const Seq2SeqOptions& options, std::uint64_t seed) {
  manual_seed(seed);
  Seq2Seq model(options);
  for (nn::Parameter* parameter : model.parameters())
    copy_to(parameter->tensor(), normal(parameter->shape(), 0, parameter->path() == "decoder.output.weight" ? 2 : 0.7));
  return model;
}

// ln p of words and </s>, computed from teacher forcing.
double log_probability(const Seq2Seq& model, const Sequence& source, const std::vector<std::int64_t>& ids) {
  NoGrad scope;
  Sequence target{text::kSentenceStartId};
  target.insert(target.end(), ids.begin(), ids.end());
  target.push_back(text::kSentenceEndId);
  auto example = SequencePairs({source}, {target}).batch(std::vector<std::size_t>{0});
  Tensor all = log_softmax(model.run(example.input).logits.tensor());
  double sum = 0;
  for (std::size_t t = 0; t + 1 < target.size(); ++t) sum += all.at({0, static_cast<std::int64_t>(t), target[t + 1]});
  return sum;
}

struct Best {
  std::vector<std::int64_t> ids;
  double score = -INFINITY;
};

// Every sequence of ids 4 .. vocabulary-1 with at most `longest` words.
Best search_all(const Seq2Seq& model, const Sequence& source, std::int64_t longest, double length_penalty) {
  Best best;
  std::vector<std::vector<std::int64_t>> level{{}};
  for (std::int64_t words = 0; words <= longest; ++words) {
    std::vector<std::vector<std::int64_t>> next;
    for (const auto& ids : level) {
      double score = log_probability(model, source, ids) / std::pow(static_cast<double>(words + 1), length_penalty);
      if (score > best.score) best = {ids, score};
      for (std::int64_t id = 4; id < model.options().target_vocabulary; ++id) {
        next.push_back(ids);
        next.back().push_back(id);
      }
    }
    level = std::move(next);
  }
  return best;
}

Batch batch_of(const std::vector<Sequence>& sources) {
  std::vector<std::size_t> all(sources.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return pad(sources, all);
}

}  // namespace

TEST_CASE("decoding: a beam that everything fits into finds the best of all hypotheses") {
  Seq2SeqOptions options{.source_vocabulary = 11, .target_vocabulary = 7, .embedding_dim = 4, .hidden = 6};
  test::SomePairs pairs;
  int differs_from_greedy = 0;
  for (double penalty : {0.0, 0.6, 1.0}) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      Seq2Seq model = decided_model(options, seed);
      SearchOptions search{.max_length = 4, .length_penalty = penalty};
      auto found = beam_search(model, batch_of(pairs.sources), 400, search);
      auto greedy = greedy_search(model, batch_of(pairs.sources), search);
      for (std::size_t i = 0; i < 2; ++i) {
        Best best = search_all(model, pairs.sources[i], 4, penalty);
        CHECK(found[i].ids == best.ids);
        CHECK(found[i].score == doctest::Approx(best.score).epsilon(1e-5));
        CHECK(found[i].log_probability == doctest::Approx(log_probability(model, pairs.sources[i], best.ids)).epsilon(1e-5));
        CHECK(greedy[i].score <= found[i].score + 1e-9);
        differs_from_greedy += greedy[i].ids != found[i].ids;
      }
    }
  }
  CHECK(differs_from_greedy > 5);
}

TEST_CASE("decoding: a search that stops early finds what one that goes on finds") {
  // With a penalty of 0 the bound is the best live ln p itself, with a long output it is loose: both end with the same words.
  Seq2SeqOptions options{.source_vocabulary = 11, .target_vocabulary = 7, .embedding_dim = 4, .hidden = 6};
  test::SomePairs pairs;
  Seq2Seq model = decided_model(options, 4);
  auto four = beam_search(model, batch_of(pairs.sources), 500, {.max_length = 4, .length_penalty = 0});
  auto five = beam_search(model, batch_of(pairs.sources), 500, {.max_length = 5, .length_penalty = 0});
  for (std::size_t i = 0; i < four.size(); ++i) {
    if (five[i].ids.size() <= 4) CHECK(five[i].ids == four[i].ids);
    CHECK(five[i].score >= four[i].score);
  }
}

TEST_CASE("decoding: greedy search takes the likeliest word at each step") {
  test::SomePairs pairs;
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    NoGrad scope;
    Seq2Seq model = decided_model(options, 2);
    auto found = greedy_search(model, batch_of(pairs.sources), {.max_length = 8});
    for (std::size_t i = 0; i < found.size(); ++i) {
      DecoderState state = model.start(batch_of({pairs.sources[i]}));
      std::int64_t id = text::kSentenceStartId;
      std::vector<std::int64_t> expected;
      while (std::ssize(expected) < 8) {
        Tensor logits = model.step(tensor(std::vector<std::int64_t>{id}), state).logits.tensor();
        std::map<double, std::int64_t> by_logit;
        for (std::int64_t candidate = 3; candidate < 9; ++candidate) by_logit[logits.at({0, candidate})] = candidate;
        id = by_logit.rbegin()->second;
        if (id == text::kSentenceEndId) break;
        expected.push_back(id);
      }
      CHECK(found[i].ids == expected);
    }
  }
}

TEST_CASE("decoding: results do not depend on the batch, bit for bit") {
  test::SomePairs pairs;
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    Seq2Seq model = decided_model(options, 3);
    for (std::int64_t width : {1, 3, 5}) {
      auto together = beam_search(model, batch_of(pairs.sources), width, {.max_length = 9});
      for (std::size_t i = 0; i < together.size(); ++i) {
        Hypothesis alone = beam_search(model, batch_of({pairs.sources[i]}), width, {.max_length = 9})[0];
        CHECK(alone.ids == together[i].ids);
        CHECK(alone.score == together[i].score);
        CHECK(alone.attention.defined() == options.has_attention());
        if (options.has_attention()) {
          CHECK(equal_bits(alone.attention, together[i].attention));
          CHECK(alone.attention.shape() == Shape{std::ssize(alone.ids), std::ssize(pairs.sources[i])});
        }
      }
    }
  }
}

TEST_CASE("decoding: attention rows sum to 1 over the source") {
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[2].options, 5);
  for (const Hypothesis& hypothesis : beam_search(model, batch_of(pairs.sources), 3, {.max_length = 6}))
    for (std::int64_t word = 0; word < std::ssize(hypothesis.ids); ++word) {
      double sum = 0;
      for (std::int64_t j = 0; j < hypothesis.attention.size(1); ++j) sum += hypothesis.attention.at({word, j});
      CHECK(sum == doctest::Approx(1));
    }
}

TEST_CASE("decoding: words that must not be written are not, and outputs end at the longest length") {
  SearchOptions options{.max_length = 6};
  Tensor logits = tensor({{9, 8, 7, -5, 1, 2, 2}});
  NextWords words(logits, options);
  auto best = words.best(0, 3, false);
  CHECK(best[0].id == 5);
  CHECK(best[1].id == 6);
  CHECK(best[2].id == 4);
  CHECK(best[0].log_probability == doctest::Approx(log_softmax(logits).at({0, 5})));
  CHECK(words.best(0, 10, false).size() == 4);
  CHECK(words.best(0, 3, true).size() == 1);
  CHECK(words.best(0, 3, true)[0].id == text::kSentenceEndId);
  options.words = 6;
  CHECK(NextWords(logits, options).best(0, 10, false).size() == 3);
  options.unknown = true;
  CHECK(NextWords(logits, options).best(0, 1, false)[0].id == text::kUnknownId);

  CHECK(longest_output(5, {.max_length = 100, .length_factor = 2, .length_margin = 10}) == 20);
  CHECK(longest_output(80, {.max_length = 100, .length_factor = 2, .length_margin = 10}) == 100);
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[0].options, 1);
  fill(model.decoder.output.bias.tensor(), 0);
  model.decoder.output.bias.tensor().set({text::kSentenceEndId}, -1000);
  for (const Hypothesis& hypothesis : beam_search(model, batch_of(pairs.sources), 2, options)) CHECK(hypothesis.ids.size() == 6);
  CHECK_THROWS_AS(beam_search(model, batch_of(pairs.sources), 0), ValueError);
  CHECK_THROWS_AS(beam_search(model, batch_of(pairs.sources), 2, {.length_penalty = -1}), ValueError);
}

}  // namespace weft
