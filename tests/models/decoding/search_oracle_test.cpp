// Searches are compared with the plain enumeration of all outputs.
#include <algorithm>
#include <cmath>

#include "tests/models/decoding/decided_model.h"

namespace weft {

namespace {

using test::batch_of, test::decided_model;

struct Output {
  Sequence ids;
  double score = 0;
};

bool repeats(const Sequence& ids, std::int64_t n) {
  if (n == 0) return false;
  for (std::int64_t i = 0; i + n <= std::ssize(ids); ++i)
    for (std::int64_t j = i + 1; j + n <= std::ssize(ids); ++j)
      if (std::equal(ids.begin() + i, ids.begin() + i + n, ids.begin() + j)) return true;
  return false;
}

// Returns every output that the options allow, with ids from 4 on.
std::vector<Sequence> every_output(std::int64_t vocabulary, const SearchOptions& options, const Sequence& prefix) {
  std::vector<Sequence> all, level{prefix};
  for (std::int64_t words = std::ssize(prefix); words <= *options.max_length; ++words) {
    std::vector<Sequence> next;
    for (const Sequence& ids : level) {
      const std::size_t before = next.size();
      for (std::int64_t id = 4; id < vocabulary; ++id) {
        Sequence longer = ids;
        longer.push_back(id);
        if (!repeats(longer, options.no_repeat_ngram)) next.push_back(longer);
      }
      if (words >= options.min_length || next.size() == before) all.push_back(ids);
    }
    level = std::move(next);
  }
  return all;
}

// Returns the outputs in falling order of their scores, which are computed by teacher forcing and the formulas of the papers.
std::vector<Output> search_all(const Seq2Seq& model, const Sequence& source, const SearchOptions& options,
                               const Sequence& prefix) {
  NoGrad scope;
  std::vector<Sequence> outputs = every_output(model.options().target_vocabulary, options, prefix), targets;
  for (const Sequence& ids : outputs) {
    targets.push_back({text::kSentenceStartId});
    targets.back().insert(targets.back().end(), ids.begin(), ids.end());
    targets.back().push_back(text::kSentenceEndId);
  }
  std::vector<std::size_t> indices(outputs.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
  auto batch = SequencePairs(std::vector<Sequence>(outputs.size(), source), targets).batch(indices);
  Decoded decoded = model.run(batch.input);
  Tensor log_p = log_softmax(decoded.logits.tensor());
  std::vector<Output> all;
  for (std::int64_t i = 0; i < std::ssize(outputs); ++i) {
    const Sequence& target = targets[static_cast<std::size_t>(i)];
    const std::int64_t words = std::ssize(target) - 1;
    double value = 0, covered = 0;
    for (std::int64_t t = 0; t < words; ++t) {
      const bool written = std::count(target.begin() + 1, target.begin() + t + 1, target[static_cast<std::size_t>(t + 1)]) > 0;
      value += log_p.at({i, t, target[static_cast<std::size_t>(t + 1)]}) * (written ? options.repetition_penalty : 1);
    }
    for (std::int64_t j = 0; j < std::ssize(source) && options.coverage_penalty > 0; ++j) {
      double sum = 0;
      for (std::int64_t t = 0; t < words; ++t) sum += decoded.weights.tensor().at({i, t, j});
      covered += std::log(std::min(sum, 1.0));
    }
    const auto n = static_cast<double>(words);
    const double norm = std::pow(options.length_norm == LengthNorm::gnmt ? (5 + n) / 6 : n, options.alpha);
    all.push_back({outputs[static_cast<std::size_t>(i)], value / norm + options.coverage_penalty * covered});
  }
  std::stable_sort(all.begin(), all.end(), [](const Output& a, const Output& b) { return a.score > b.score; });
  return all;
}

Seq2SeqOptions small() { return {.source_vocabulary = 11, .target_vocabulary = 7, .embedding_dim = 4, .hidden = 6}; }

// Checks that a beam that holds all outputs gives the best of them in order. Returns how often greedy search gives another one.
int check_against_all(SearchOptions options, const Sequence& prefix = {}) {
  test::SomePairs pairs;
  int differs_from_greedy = 0;
  options.max_length = 4;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Seq2Seq model = decided_model(small(), seed);
    options.beam = options.n_best = 1;
    PerSource own{.prefixes = {prefix, prefix, prefix, prefix}};
    auto greedy = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), options, own);
    options.beam = 400;
    std::vector<std::vector<Output>> every;
    for (const Sequence& source : pairs.sources) every.push_back(search_all(model, source, options, prefix));
    for (std::int64_t n_best : {1, 3, 20}) {
      options.n_best = n_best;
      auto found = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), options, own);
      for (std::size_t i = 0; i < pairs.sources.size(); ++i) {
        const std::vector<Output>& all = every[i];
        REQUIRE(found[i].size() == std::min(all.size(), static_cast<std::size_t>(n_best)));
        for (std::size_t rank = 0; rank < found[i].size(); ++rank) {
          CHECK(found[i][rank].ids == all[rank].ids);
          CHECK(found[i][rank].score == doctest::Approx(all[rank].score).epsilon(1e-5));
        }
        CHECK(greedy[i][0].score <= found[i][0].score + 1e-9);
        differs_from_greedy += greedy[i][0].ids != found[i][0].ids;
      }
    }
  }
  return differs_from_greedy;
}

// Textbook beam search: keeps as many of the best continuations as the beam is wide, and narrows the beam by each hypothesis that
// ends. With n_best = beam it does not stop early.
std::vector<Output> plain_beam(const Seq2Seq& model, const Sequence& source, std::int64_t beam, std::int64_t longest) {
  NoGrad scope;
  struct Live {
    Sequence ids;
    double value = 0;
  };
  std::vector<Live> live(1);
  std::vector<Output> finished;
  for (std::int64_t words = 0; beam > 0 && !live.empty(); ++words) {
    std::vector<Sequence> targets;
    std::vector<std::size_t> indices;
    for (const Live& each : live) {
      indices.push_back(targets.size());
      targets.push_back({text::kSentenceStartId});
      targets.back().insert(targets.back().end(), each.ids.begin(), each.ids.end());
      targets.back().push_back(text::kSentenceEndId);
    }
    const auto batch = SequencePairs(std::vector<Sequence>(live.size(), source), targets).batch(indices);
    const Tensor log_p = log_softmax(model.run(batch.input).logits.tensor());
    std::vector<Live> all;
    for (std::size_t i = 0; i < live.size(); ++i)
      for (std::int64_t id = text::kSentenceEndId; id < (words == longest ? text::kSentenceEndId + 1 : log_p.size(2)); ++id) {
        if (id != text::kSentenceEndId && id < 4) continue;
        all.push_back(live[i]);
        all.back().ids.push_back(id);
        all.back().value += log_p.at({static_cast<std::int64_t>(i), words, id});
      }
    std::stable_sort(all.begin(), all.end(), [](const Live& a, const Live& b) { return a.value > b.value; });
    if (std::ssize(all) > beam) all.resize(static_cast<std::size_t>(beam));
    live.clear();
    for (Live& each : all) {
      if (each.ids.back() != text::kSentenceEndId) {
        live.push_back(each);
        continue;
      }
      each.ids.pop_back();
      finished.push_back({each.ids, each.value / static_cast<double>(words + 1)});
      --beam;
    }
  }
  std::stable_sort(finished.begin(), finished.end(), [](const Output& a, const Output& b) { return a.score > b.score; });
  return finished;
}

}  // namespace

TEST_CASE("search: a narrow beam agrees with the plain algorithm, in which each finished output narrows the beam") {
  test::SomePairs pairs;
  int of_several_lengths = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Seq2Seq model = decided_model(small(), seed);
    for (std::int64_t beam : {2, 3, 5}) {
      const SearchOptions options{.beam = beam, .n_best = beam, .length_norm = LengthNorm::average, .alpha = 1, .max_length = 6};
      const auto found = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), options);
      for (std::size_t i = 0; i < pairs.sources.size(); ++i) {
        const std::vector<Output> expected = plain_beam(model, pairs.sources[i], beam, 6);
        REQUIRE(found[i].size() == expected.size());
        for (std::size_t rank = 0; rank < expected.size(); ++rank) {
          CHECK(found[i][rank].ids == expected[rank].ids);
          CHECK(found[i][rank].score == doctest::Approx(expected[rank].score).epsilon(1e-5));
        }
        of_several_lengths += std::ssize(expected.front().ids) != std::ssize(expected.back().ids);
      }
    }
  }
  CHECK(of_several_lengths > 20);
}

TEST_CASE("search: a beam that holds all outputs finds the best of them, with every normalisation") {
  int differs = 0;
  for (LengthNorm norm : {LengthNorm::average, LengthNorm::gnmt})
    for (double alpha : {0.0, 0.6, 1.0, 2.5})
      for (double coverage : {0.0, 0.2, 3.0})
        differs += check_against_all({.length_norm = norm, .alpha = alpha, .coverage_penalty = coverage});
  CHECK(differs > 100);
}

TEST_CASE("search: it finds the best of all outputs that the options allow") {
  check_against_all({.min_length = 2});
  check_against_all({.alpha = 0, .min_length = 4});
  for (std::int64_t n : {1, 2, 3}) {
    check_against_all({.no_repeat_ngram = n});
    check_against_all({.coverage_penalty = 0.5, .min_length = 3, .no_repeat_ngram = n});
  }
  // With three words, each allowed once, there is no fourth word, so that </s> is allowed before the minimum length.
  check_against_all({.min_length = 4, .no_repeat_ngram = 1});
  check_against_all({.repetition_penalty = 1.7});
  check_against_all({.length_norm = LengthNorm::gnmt, .coverage_penalty = 0.3, .min_length = 1, .repetition_penalty = 3});
  check_against_all({}, {5});
  check_against_all({.coverage_penalty = 0.4, .no_repeat_ngram = 2}, {6, 4, 5});
  check_against_all({.repetition_penalty = 2}, {5, 4});
}

TEST_CASE("search: a higher length limit never makes the best score worse") {
  Seq2Seq model = decided_model(small(), 4);
  test::SomePairs pairs;
  for (std::int64_t longest : {4, 5}) {
    auto found = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.beam = 500, .alpha = 0, .max_length = longest});
    auto longer = decode(Seq2SeqDecoder(model), batch_of(pairs.sources), {.beam = 500, .alpha = 0, .max_length = longest + 1});
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (std::ssize(longer[i][0].ids) <= longest) CHECK(longer[i][0].ids == found[i][0].ids);
      CHECK(longer[i][0].score >= found[i][0].score);
    }
  }
}

}  // namespace weft
