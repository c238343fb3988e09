// W2, W2b and W2s: the encoder-decoder with its weights and batches, from a fixed seed.
#pragma once

#include "workload.h"

#include <weft/models/seq2seq/seq2seq.h>
#include <weft/nn/module/init.h>

namespace bench {

struct TranslatorSizes {
  std::int64_t vocabulary, embedding, hidden, batch, time;
  weft::AttentionKind attention;
  weft::Wiring wiring;

  weft::Seq2SeqOptions options() const {
    return {.source_vocabulary = vocabulary,
            .target_vocabulary = vocabulary,
            .embedding_dim = embedding,
            .hidden = hidden,
            .attention = attention,
            .scaled_scores = false,  // as in the peers' models
            .wiring = wiring};
  }
};
inline constexpr TranslatorSizes kW2{8000, 256, 512, 64, 25, weft::AttentionKind::general, weft::Wiring::luong};
inline constexpr TranslatorSizes kW2b{8000, 256, 512, 64, 25, weft::AttentionKind::additive, weft::Wiring::bahdanau};
inline constexpr TranslatorSizes kW2s{1000, 64, 128, 16, 20, weft::AttentionKind::additive, weft::Wiring::bahdanau};

struct TranslatorSetup {
  weft::Seq2Seq model;
  std::vector<weft::PairBatch> batches;
  std::vector<weft::Tensor> next_words;

  explicit TranslatorSetup(const TranslatorSizes& sizes) : model(sizes.options()) {
    weft::Generator generator{1};
    weft::nn::initialize(model, weft::nn::init::pytorch(), generator);
    for (weft::nn::Embedding* embedding : {&model.encoder.embedding, &model.decoder.embedding})
      weft::nn::init::uniform_005(embedding->weight.tensor(), {}, generator);
    auto draw = [&] { return zipf_batch(sizes.batch, sizes.time, sizes.vocabulary, generator); };
    for (int i = 0; i < kBatches; ++i) {
      batches.push_back({draw(), draw()});
      next_words.push_back(draw().tokens);
    }
  }

  weft::Variable logits(std::size_t i) { return model.forward(batches[i]); }
  const weft::Tensor& targets(std::size_t i) const { return next_words[i]; }
};

}  // namespace bench
