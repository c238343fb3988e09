// Small encoder-decoders of every kind, and data for them.
#pragma once

#include <weft/models/seq2seq/seq2seq.h>

#include "tests/numbers.h"

namespace weft::test {

struct NamedSeq2Seq {
  std::string name;
  Seq2SeqOptions options;
};

// Returns options with each attention and each wiring, and with each option that changes a formula.
inline std::vector<NamedSeq2Seq> every_seq2seq() {
  std::vector<NamedSeq2Seq> all;
  Seq2SeqOptions base{.source_vocabulary = 11, .target_vocabulary = 9, .embedding_dim = 5, .hidden = 6};
  auto add = [&](const std::string& name, auto change) {
    all.push_back({name, base});
    change(all.back().options);
  };
  for (AttentionKind kind : {AttentionKind::dot, AttentionKind::general, AttentionKind::additive})
    for (Wiring wiring : {Wiring::luong, Wiring::bahdanau})
      add(to_string(kind) + " " + to_string(wiring), [&](Seq2SeqOptions& options) {
        options.attention = kind;
        options.wiring = wiring;
      });
  add("none, Cho", [](Seq2SeqOptions& options) { options.attention = AttentionKind::none; });
  add("none, Sutskever, gru, bridge", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::none;
    options.context_starts_only = options.bridge = true;
    options.cell = RecurrentCell::gru;
  });
  add("general, input feeding, two layers", [](Seq2SeqOptions& options) {
    options.input_feeding = true;
    options.layers = 2;
  });
  add("additive bahdanau, two directions, two layers", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::additive;
    options.wiring = Wiring::bahdanau;
    options.bidirectional = true;
    options.layers = 2;
  });
  add("dot, two directions, gru", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::dot;
    options.bidirectional = true;
    options.cell = RecurrentCell::gru;
  });
  add("dot, residual, three layers", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::dot;
    options.residual = true;
    options.layers = 3;
  });
  add("additive bahdanau, residual, two directions, gru, two layers", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::additive;
    options.wiring = Wiring::bahdanau;
    options.residual = options.bidirectional = true;
    options.cell = RecurrentCell::gru;
    options.layers = 2;
  });
  add("general, tied target behind a map", [](Seq2SeqOptions& options) { options.tie = Tie::target; });
  add("additive bahdanau, all tied, layer norm, two directions, two layers", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::additive;
    options.wiring = Wiring::bahdanau;
    options.tie = Tie::all;
    options.target_vocabulary = options.source_vocabulary;
    options.embedding_dim = options.hidden =
        12;  // fewer numbers sometimes have a small variance, where the loss has a high curvature
    options.layer_norm = options.bidirectional = true;
    options.layers = 2;
  });
  add("none, tied target, layer norm, gru", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::none;
    options.tie = Tie::target;
    options.layer_norm = true;
    options.cell = RecurrentCell::gru;
  });
  add("general, copying, input feeding", [](Seq2SeqOptions& options) {
    options.copy = options.input_feeding = true;
    options.copied_ids = 3;
    options.target_vocabulary = options.source_vocabulary;
  });
  add("additive bahdanau, copying", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::additive;
    options.wiring = Wiring::bahdanau;
    options.copy = true;
    options.copied_ids = 3;
    options.target_vocabulary = options.source_vocabulary;
  });
  add("dot, copying", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::dot;
    options.copy = true;
    options.copied_ids = 3;
    options.target_vocabulary = options.source_vocabulary;
  });
  add("additive bahdanau, coverage", [](Seq2SeqOptions& options) {
    options.attention = AttentionKind::additive;
    options.wiring = Wiring::bahdanau;
    options.coverage = true;
  });
  add("general, coverage, copying", [](Seq2SeqOptions& options) {
    options.coverage = options.copy = true;
    options.copied_ids = 3;
    options.target_vocabulary = options.source_vocabulary;
  });
  add("general, unscaled", [](Seq2SeqOptions& options) { options.scaled_scores = false; });
  return all;
}

// Random pairs with sources of 7, 3, 1, 5 and targets of 4, 6, 3, 2 tokens after <s>.
struct SomePairs {
  std::vector<Sequence> sources, targets;

  explicit SomePairs(std::uint64_t seed = 7) {
    Numbers numbers(seed);
    auto sequence = [&](std::int64_t length, std::int64_t first, std::int64_t last) {
      Sequence ids;
      for (std::int64_t i = 0; i < length; ++i) ids.push_back(first + numbers.below(last - first));
      return ids;
    };
    for (std::int64_t length : {7, 3, 1, 5}) sources.push_back(sequence(length, 3, 11));
    for (std::int64_t length : {4, 6, 3, 2}) {
      targets.push_back(sequence(length + 2, 4, 9));
      targets.back().front() = 2;
      targets.back().back() = 3;
    }
  }
  Data<PairBatch>::Example batch(std::vector<std::size_t> indices = {0, 1, 2, 3}) const {
    return SequencePairs(sources, targets).batch(indices);
  }
};

}  // namespace weft::test
