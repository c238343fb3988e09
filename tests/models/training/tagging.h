// A small task for tests of training: a tag for each word.
#pragma once

#include <weft/models/training/trainer.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>

#include "tests/numbers.h"

namespace weft::test {

// Predicts a tag from the word alone.
struct Tagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) { return dense(embedding(in.tokens)); }
};

inline Tagger seeded_tagger() {
  manual_seed(7);
  return {};
}

// The same with two dropout layers, which draw random numbers.
struct DroppingTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Dropout dropout{this, "dropout", 0.2}, last_dropout{this, "last_dropout", 0.1};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) { return dense(last_dropout(dropout(embedding(in.tokens)))); }
};

// Returns sentences of the words 1 .. 19. The tag of a word is (word + shift) modulo 3.
inline TaggedSequences tagging(std::int64_t count, std::uint64_t seed, std::int64_t shift = 0) {
  Numbers numbers(seed);
  std::vector<Sequence> words, tags;
  for (std::int64_t i = 0; i < count; ++i) {
    Sequence sentence, tag;
    for (std::int64_t n = 1 + numbers.below(9); n > 0; --n) {
      sentence.push_back(1 + numbers.below(19));
      tag.push_back((sentence.back() + shift) % 3);
    }
    words.push_back(sentence);
    tags.push_back(tag);
  }
  return {words, tags};
}

inline std::vector<Tensor> weights_of(nn::Module& model) {
  std::vector<Tensor> weights;
  for (nn::Parameter* parameter : model.parameters()) weights.push_back(clone(parameter->tensor()));
  return weights;
}

inline bool same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tensor& x, const Tensor& y) { return equal_bits(x, y); });
}

}  // namespace weft::test
