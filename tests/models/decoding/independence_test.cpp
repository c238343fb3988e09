// For every kind of search, the outputs of a source do not depend on the rest of the batch, padding or threads, bit for bit.
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/runtime/parallel.h>

#include <functional>

#include "tests/models/decoding/decided_model.h"

namespace weft {

namespace {

using test::batch_of, test::check_equal_bits, test::decided_model;

std::vector<SearchOptions> every_search(bool attention) {
  std::vector<SearchOptions> all{
      {},
      {.beam = 3},
      {.beam = 5, .n_best = 5, .length_norm = LengthNorm::gnmt, .alpha = 0.6, .min_length = 2},
      {.beam = 4, .n_best = 2, .no_repeat_ngram = 2, .repetition_penalty = 1.3},
      {.no_repeat_ngram = 1},
      {.sampling = Sampling{.seed = 5}},
      {.n_best = 3, .sampling = Sampling{.temperature = 1.5, .top_k = 4, .seed = 6}},
      {.n_best = 4, .sampling = Sampling{.temperature = 0.8, .top_p = 0.9, .seed = 7}, .no_repeat_ngram = 2},
  };
  if (attention) all.push_back({.beam = 3, .n_best = 3, .coverage_penalty = 0.4});
  for (SearchOptions& options : all) options.max_length = 9;
  return all;
}

// Decodes each source alone, and then in different batches.
void check_independent(const IncrementalDecoder& decoder, const SearchOptions& options) {
  test::SomePairs pairs;
  std::vector<Sequence> sources = pairs.sources, prefixes{{}, {5, 6}, {}, {7}};
  std::vector<std::uint64_t> streams{11, 12, 13, 14};
  auto decode_these = [&](const std::vector<std::size_t>& which, std::int64_t padding) {
    std::vector<Sequence> some;
    PerSource own;
    for (std::size_t i : which) {
      some.push_back(sources[i]);
      own.prefixes.push_back(prefixes[i]);
      own.streams.push_back(streams[i]);
    }
    Batch batch = batch_of(some);
    if (padding > 0) batch.tokens = concat({batch.tokens, full({batch.tokens.size(0), padding}, 9, DType::i64)}, 1);
    return decode(decoder, batch, options, own);
  };
  std::vector<NBest> alone;
  for (std::size_t i = 0; i < sources.size(); ++i) alone.push_back(decode_these({i}, 0)[0]);
  auto check_these = [&](const std::vector<std::size_t>& which, std::int64_t padding) {
    auto found = decode_these(which, padding);
    for (std::size_t row = 0; row < which.size(); ++row) check_equal_bits(found[row], alone[which[row]]);
  };
  check_these({0, 1, 2, 3}, 0);
  check_these({3, 0, 2, 1}, 5);
  check_these({2, 1}, 1);
  check_these({1, 1, 3, 1, 0, 0, 2, 3, 1}, 0);
  set_threads(2);
  check_these({2, 3, 0, 1}, 2);
  set_threads(1);
}

}  // namespace

TEST_CASE("decode: results do not depend on the batch, padding or threads, bit for bit") {
  for (const auto& [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    Seq2Seq model = decided_model(options, 3);
    for (const SearchOptions& search : every_search(options.has_attention())) check_independent(Seq2SeqDecoder(model), search);
  }
}

TEST_CASE("decode: results of an ensemble do not depend on the batch, padding or threads, bit for bit") {
  auto kinds = test::every_seq2seq();
  Seq2Seq a = decided_model(kinds[1].options, 1), b = decided_model(kinds[6].options, 2), c = decided_model(kinds[9].options, 3);
  const Seq2SeqDecoder first(a), second(b), third(c);
  for (const SearchOptions& search : every_search(true)) check_independent(Ensemble({&first, &second, &third}), search);
}

TEST_CASE("decode: a draw depends only on its stream and seed") {
  test::SomePairs pairs;
  Seq2Seq model = decided_model(test::every_seq2seq()[2].options, 3);
  Batch source = batch_of({pairs.sources[0], pairs.sources[0]});
  auto draws = [&](std::int64_t n_best, std::uint64_t seed, const PerSource& own = {}) {
    return decode(Seq2SeqDecoder(model), source,
                  {.n_best = n_best, .sampling = Sampling{.temperature = 3, .seed = seed}, .min_length = 6}, own);
  };
  auto one = draws(1, 4), five = draws(5, 4);
  check_equal_bits(one[0][0], five[0][0]);
  check_equal_bits(one[1][0], five[1][0]);
  CHECK(five[0][0].ids != five[1][0].ids);
  CHECK(five[0][0].ids != five[0][1].ids);
  CHECK(draws(1, 5)[0][0].ids != one[0][0].ids);
  auto swapped = draws(5, 4, {.streams = {1, 0}});
  check_equal_bits(swapped[0], five[1]);
  check_equal_bits(swapped[1], five[0]);
}

}  // namespace weft
