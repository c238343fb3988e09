#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <cmath>
#include <map>
#include <set>

#include "tests/models/decoding/decided_model.h"

namespace weft {

using test::batch_of, test::decided_model;

TEST_CASE("decode: greedy search takes the most likely word at each step") {
  test::SomePairs pairs;
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    NoGrad scope;
    Seq2Seq model = decided_model(options, 2);
    auto found = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.max_length = 8});
    for (std::size_t i = 0; i < found.size(); ++i) {
      DecoderState state = model.start(batch_of({pairs.sources[i]}));
      std::int64_t id = text::kSentenceStartId;
      std::vector<std::int64_t> expected;
      while (std::ssize(expected) < 8) {
        Tensor logits = model.step(tensor(std::vector<std::int64_t>{id}), state).logits.tensor();
        std::map<double, std::int64_t> by_logit;
        for (std::int64_t candidate = 3; candidate < options.target_vocabulary; ++candidate)
          by_logit[logits.at({0, candidate})] = candidate;
        id = by_logit.rbegin()->second;
        if (id == text::kSentenceEndId) break;
        expected.push_back(id);
      }
      REQUIRE(found[i].size() == 1);
      CHECK(found[i][0].ids == expected);
    }
  }
}

TEST_CASE("decode: a wrong number of targets and a vocabulary without </s> are refused") {
  Seq2SeqOptions options = test::every_seq2seq().front().options;
  const Batch sources = batch_of({{4, 3}, {5, 3}});
  manual_seed(1);
  Seq2Seq model(options);
  CHECK_THROWS_WITH_AS(score_targets(Seq2SeqDecoder(model), sources, {}),
                       doctest::Contains("score_targets: 0 targets for 2 sources"), ValueError);
  CHECK_THROWS_WITH_AS(score_targets(Seq2SeqDecoder(model), sources, {{4}}), doctest::Contains("1 targets for 2 sources"),
                       ValueError);
  options.target_vocabulary = 3;
  Seq2Seq small(options);
  CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(small), sources),
                       doctest::Contains("a target vocabulary of 3 has no </s>, whose id is 3"), ValueError);
}

TEST_CASE("decode: n-best hypotheses differ, fall in score, and have ln p and attention of each word") {
  test::SomePairs pairs;
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    Seq2Seq model = decided_model(options, 5);
    SearchOptions search{.beam = 6, .n_best = 4, .max_length = 6};
    auto found = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), search);
    for (std::size_t i = 0; i < found.size(); ++i) {
      REQUIRE(found[i].size() == 4);
      std::set<Sequence> different;
      for (std::size_t rank = 0; rank < 4; ++rank) {
        const Hypothesis& hypothesis = found[i][rank];
        different.insert(hypothesis.ids);
        if (rank > 0) CHECK(hypothesis.score <= found[i][rank - 1].score);
        REQUIRE(hypothesis.token_log_probabilities.size() == hypothesis.ids.size() + 1);
        double sum = 0;
        for (double log_probability : hypothesis.token_log_probabilities) sum += log_probability;
        CHECK(hypothesis.log_probability == sum);
        CHECK(hypothesis.score == doctest::Approx(sum / static_cast<double>(hypothesis.ids.size() + 1)));
        REQUIRE(hypothesis.attention.defined() == options.has_attention());
        if (!options.has_attention()) continue;
        REQUIRE(hypothesis.attention.shape() == Shape{std::ssize(hypothesis.ids), std::ssize(pairs.sources[i])});
        for (std::int64_t word = 0; word < std::ssize(hypothesis.ids); ++word) {
          double all = 0;
          for (std::int64_t j = 0; j < hypothesis.attention.size(1); ++j) all += hypothesis.attention.at({word, j});
          CHECK(all == doctest::Approx(1));
        }
      }
      CHECK(different.size() == 4);
    }
  }
}

TEST_CASE("decode: outputs end at the longest length, and not before the shortest") {
  CHECK(longest_output(5, {.max_length = 100, .length_factor = 2, .length_margin = 10}) == 20);
  CHECK(longest_output(80, {.length_factor = 2, .length_margin = 10}) == 100);
  CHECK(longest_output(1, {.min_length = 9, .length_factor = 1, .length_margin = 2}) == 9);
  CHECK(longest_output(3, {.length_factor = 0, .length_margin = -5}) == 0);
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[0].options, 1);
  auto end_bias = [&](double bias) {
    fill(model.decoder.output.bias.tensor(), 0);
    model.decoder.output.bias.tensor().set({text::kSentenceEndId}, bias);
  };
  end_bias(-1000);
  for (const NBest& found : decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.beam = 2, .max_length = 6}))
    CHECK(found[0].ids.size() == 6);
  end_bias(1000);
  for (std::int64_t beam : {1, 3})
    for (const NBest& found : decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.beam = beam, .min_length = 4}))
      CHECK(found[0].ids.size() == 4);
  auto forced =
      decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.max_length = 2}, {.prefixes = {{4, 5, 6}, {}, {7}, {8, 8}}});
  CHECK(forced[0][0].ids == Sequence{4, 5, 6});
  CHECK(forced[1][0].ids.empty());
  CHECK(forced[2][0].ids == Sequence{7});
  CHECK(forced[3][0].ids == Sequence{8, 8});
}

TEST_CASE("decode: scores of given outputs have the bits of the search that finds them") {
  test::SomePairs pairs;
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    Seq2Seq model = decided_model(options, 6), other = decided_model(options, 7);
    SearchOptions search{.beam = 4, .length_norm = LengthNorm::gnmt, .coverage_penalty = options.has_attention() ? 0.3 : 0};
    const Seq2SeqDecoder alone(model), beside(other);
    const Ensemble together({&alone, &beside});
    for (const IncrementalDecoder* decoder :
         {static_cast<const IncrementalDecoder*>(&alone), static_cast<const IncrementalDecoder*>(&together)}) {
      auto found = decode(*decoder, batch_of(pairs.sources), search);
      std::vector<Sequence> targets;
      for (const NBest& best : found) targets.push_back(best[0].ids);
      auto scored = score_targets(*decoder, batch_of(pairs.sources), targets, search);
      for (std::size_t i = 0; i < found.size(); ++i) test::check_equal_bits(scored[i], found[i][0]);
    }
  }
}

TEST_CASE("decode: an ensemble's probabilities are the mean of its models'") {
  test::SomePairs pairs;
  NoGrad scope;
  auto kinds = test::every_seq2seq();
  Seq2Seq a = decided_model(kinds[0].options, 1), b = decided_model(kinds[6].options, 2), c = decided_model(kinds[9].options, 3);
  std::vector<const Seq2Seq*> models{&a, &b, &c};  // model b has no attention
  const Seq2SeqDecoder first(a), second(b), third(c);
  const Ensemble ensemble({&first, &second, &third});
  Batch source = batch_of(pairs.sources);
  auto state = ensemble.start(source);
  Tensor ids = tensor(std::vector<std::int64_t>{2, 2, 2, 2});
  const StepOutput next = state->step(ids);
  std::vector<Tensor> probabilities, weights;
  for (const Seq2Seq* model : models) {
    DecoderState own = model->start(source);
    Decoded decoded = model->step(ids, own);
    probabilities.push_back(softmax(decoded.logits.tensor()));
    if (decoded.weights.defined()) weights.push_back(decoded.weights.tensor());
  }
  for (std::int64_t row = 0; row < 4; ++row) {
    for (std::int64_t id = 0; id < 9; ++id) {
      double mean = (probabilities[0].at({row, id}) + probabilities[1].at({row, id}) + probabilities[2].at({row, id})) / 3;
      CHECK(next.log_probabilities.at({row, id}) == doctest::Approx(std::log(mean)).epsilon(1e-5));
    }
    for (std::int64_t j = 0; j < 7; ++j)
      CHECK(next.attention.at({row, j}) == doctest::Approx((weights[0].at({row, j}) + weights[1].at({row, j})) / 2));
  }
  // An ensemble of the same model twice equals that model.
  auto twice = decode(Ensemble({&first, &first}), source, {.beam = 3}), once = decode(first, source, {.beam = 3});
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(twice[i][0].ids == once[i][0].ids);
    CHECK(twice[i][0].score == doctest::Approx(once[i][0].score).epsilon(1e-5));
  }
}

TEST_CASE("decode: repeated words cost more") {
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[1].options, 3);
  model.decoder.output.bias.tensor().set({text::kSentenceEndId}, -1000);
  auto longest_run_of_a_word = [&](const SearchOptions& options) {
    std::size_t different = 0;
    for (const NBest& found : decode(Seq2SeqDecoder(model), batch_of(pairs.sources), options))
      different += std::set<std::int64_t>(found[0].ids.begin(), found[0].ids.end()).size();
    return different;
  };
  CHECK(longest_run_of_a_word({.max_length = 8, .repetition_penalty = 3}) > longest_run_of_a_word({.max_length = 8}));
  CHECK(longest_run_of_a_word({.max_length = 5, .no_repeat_ngram = 1}) == 4 * 5);
}

TEST_CASE("decode: the coverage penalty is that of Wu et al., and no score is infinite") {
  const std::vector<double> coverage{0.5, 2, 1};
  CHECK(search_score(-6, 3, coverage, {.coverage_penalty = 0.2}) == doctest::Approx(-2 + 0.2 * std::log(0.5)));
  SearchOptions gnmt{.length_norm = LengthNorm::gnmt, .alpha = 0.7};
  CHECK(search_score(-6, 7, {}, gnmt) == doctest::Approx(-6 / std::pow(2, 0.7)));
  CHECK(std::isfinite(search_score(-6, 7, std::vector<double>{0}, {.coverage_penalty = 1})));
  CHECK(search_bound(-6, 12, {}) == -0.5);
}

TEST_CASE("decode: options out of range and mismatched arguments are errors that say so") {
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[0].options, 1), none = decided_model(test::every_seq2seq()[6].options, 1);
  Batch source = batch_of(pairs.sources);
  auto refused = [&](const SearchOptions& options, const char* message) {
    CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(model), source, options), doctest::Contains(message), ValueError);
  };
  refused({.beam = 0}, "search: beam is 0, not at least 1");
  refused({.n_best = 0}, "search: n_best is 0, not at least 1");
  refused({.beam = 2, .n_best = 3}, "search: n_best 3 is above beam 2");
  refused({.beam = 2, .sampling = Sampling{}}, "search: sampling cannot be combined with a beam, but beam is 2");
  refused({.sampling = Sampling{.temperature = 0}},
          "search: temperature is 0, not a finite number above 0; a search without sampling takes the most probable words");
  refused({.sampling = Sampling{.top_k = -1}}, "search: top_k is -1, not at least 0");
  refused({.sampling = Sampling{.top_p = 0}}, "search: top_p is 0, not above 0 and at most 1");
  refused({.sampling = Sampling{.top_p = 1.5}}, "search: top_p is 1.5");
  refused({.alpha = -1}, "search: alpha is -1, not a finite number of at least 0");
  refused({.alpha = NAN}, "search: alpha is nan, not a finite number of at least 0");
  refused({.coverage_penalty = -1}, "search: coverage_penalty is -1, not a finite number of at least 0");
  refused({.min_length = -1}, "search: min_length is -1, not at least 0");
  refused({.min_length = 5, .max_length = 4}, "search: min_length 5 is above max_length 4");
  refused({.max_length = -2}, "search: max_length is -2, not at least 0");
  refused({.no_repeat_ngram = -1}, "search: no_repeat_ngram is -1, not at least 0");
  refused({.repetition_penalty = 0.5}, "search: repetition_penalty is 0.5, not a finite number of at least 1");
  CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(none), source, {.coverage_penalty = 1}),
                       doctest::Contains("needs a model with attention"), ValueError);
  CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(model), source, {}, {.prefixes = {{4}}}),
                       doctest::Contains("1 prefixes for 4 sources"), ValueError);
  CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(model), source, {}, {.streams = {1}}), doctest::Contains("1 streams for 4 sources"),
                       ValueError);
  for (std::int64_t id : {-1, 0, 2, 3, 9})
    CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(model), source, {}, {.prefixes = {{}, {4, id}, {}, {}}}),
                         doctest::Contains("which is not a word"), ValueError);
  Seq2SeqOptions larger = test::every_seq2seq()[0].options;
  larger.target_vocabulary = 12;
  Seq2Seq other(larger);
  const Seq2SeqDecoder of_nine(model), of_twelve(other);
  CHECK_THROWS_WITH_AS(Ensemble({&of_nine, &of_twelve}),
                       doctest::Contains("target vocabularies differ: 9 ids with <s> 2 and </s> 3, 12 ids with"), ValueError);
  CHECK_THROWS_WITH_AS(Ensemble(std::vector<const IncrementalDecoder*>{}), doctest::Contains("there are no decoders"),
                       ValueError);
  fill(model.decoder.output.bias.tensor(), NAN);
  CHECK_THROWS_WITH_AS(decode(Seq2SeqDecoder(model), source), doctest::Contains("the model's probabilities are NaN"), ValueError);
}

}  // namespace weft
