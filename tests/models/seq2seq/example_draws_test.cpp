// Random numbers of encoder-decoders in training belong to examples: how an update is cut into batches changes no bit of an
// example's results.
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/example_draws.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <doctest/doctest.h>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft {

namespace {

using Rows = std::vector<Tensor>;  // for each pair the logits of its target

// Returns the logits of pairs first .. first + count - 1 of an update, run as a batch of their own.
Rows logits_of(Seq2Seq& model, std::size_t first, std::size_t count, std::uint64_t update = 3) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; ++i) indices.push_back(first + i);
  const PairBatch batch = test::SomePairs().batch(indices).input;
  const ExampleDraws draws(update, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
  const Tensor logits = model.forward(batch).tensor();
  CHECK_FALSE(draws.depend_on_cut());
  Rows rows;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i)
    rows.push_back(contiguous(slice(select(logits, 0, i), 0, 0, static_cast<std::int64_t>(batch.target.lengths.at({i})))));
  return rows;
}

Rows in_parts(Seq2Seq& model, const std::vector<std::size_t>& counts) {
  Rows all;
  for (std::size_t count : counts)
    for (const Tensor& row : logits_of(model, all.size(), count)) all.push_back(row);
  return all;
}

bool same_bits(const Rows& a, const Rows& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tensor& x, const Tensor& y) { return equal_bits(x, y); });
}

void check_parts(const Seq2SeqOptions& options) {
  NoGrad no_grad;
  manual_seed(3);
  Seq2Seq model(options);
  model.train();
  const Rows whole = logits_of(model, 0, 4);
  // Sources have 7, 3, 1, 5 words and targets 4, 6, 3, 2, so that each part is padded to lengths of its own.
  for (const std::vector<std::size_t>& counts : {std::vector<std::size_t>{4}, {1, 1, 1, 1}, {2, 2}, {1, 3}, {3, 1}})
    CHECK(same_bits(in_parts(model, counts), whole));
  CHECK_FALSE(same_bits(logits_of(model, 0, 4, 4), whole));
}

}  // namespace

TEST_CASE("seq2seq: in training too, a pair's bits do not depend on the batches of its update or on their padding") {
  for (auto [name, options] : test::every_seq2seq()) {
    const std::string& kind = name;
    CAPTURE(kind);
    options.dropout = 0.3;
    options.target_word_dropout = 0.3;
    if (!options.layer_norm) options.source_word_dropout = 0.3;
    for (bool variational : {false, true}) {
      CAPTURE(variational);
      options.variational_dropout = variational;
      for (double ratio : {1.0, 0.5}) {
        CAPTURE(ratio);
        options.teacher_forcing.ratio = ratio;
        check_parts(options);
      }
    }
  }
}

}  // namespace weft
