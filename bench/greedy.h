// GREEDY: the most likely word, step by step.
#pragma once

#include <weft/models/seq2seq/seq2seq.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/reduce.h>

namespace bench {

inline constexpr int kGreedySteps = 25;

// Writes the most likely word 25 times, whether it ends the sentence or not, and returns the last words, i64 [batch].
// look(logits) is called at each step.
template <class Look>
weft::Tensor greedy_words(const weft::Seq2Seq& model, const weft::Batch& source, Look look) {
  weft::DecoderState decoder = model.start(source);
  weft::Tensor ids = weft::full({source.tokens.size(0)}, static_cast<double>(weft::text::kSentenceStartId), weft::DType::i64);
  for (int step = 0; step < kGreedySteps; ++step) {
    weft::Tensor logits = model.step(ids, decoder).logits.tensor();
    look(logits);
    ids = weft::argmax(logits, {-1});
  }
  return ids;
}

}  // namespace bench
