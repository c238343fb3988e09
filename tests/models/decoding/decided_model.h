// Models for search tests, and plain functions that query them.
#pragma once

#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/decoding/decode.h>
#include <weft/models/decoding/ensemble.h>
#include <weft/models/seq2seq/seq2seq_decoder.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/fused/softmax.h>

#include <doctest/doctest.h>

#include "tests/models/seq2seq/seq2seq_checks.h"

namespace weft::test {

// Returns a model with very uneven probabilities, so that different searches find different outputs.
inline Seq2Seq decided_model(const Seq2SeqOptions& options, std::uint64_t seed) {
  manual_seed(seed);
  Seq2Seq model(options);
  for (nn::Parameter* parameter : model.parameters())
    copy_to(parameter->tensor(), normal(parameter->shape(), 0, parameter->path() == "decoder.output.weight" ? 2 : 0.7));
  return model;
}

inline Batch batch_of(const std::vector<Sequence>& sources) {
  std::vector<std::size_t> all(sources.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return pad(sources, all);
}

inline void check_equal_bits(const Hypothesis& a, const Hypothesis& b) {
  CHECK(a.ids == b.ids);
  CHECK(a.token_log_probabilities == b.token_log_probabilities);
  CHECK(a.log_probability == b.log_probability);
  CHECK(a.score == b.score);
  REQUIRE(a.attention.defined() == b.attention.defined());
  if (a.attention.defined()) CHECK(equal_bits(a.attention, b.attention));
}

inline void check_equal_bits(const NBest& a, const NBest& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) check_equal_bits(a[i], b[i]);
}

}  // namespace weft::test
