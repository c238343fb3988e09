// Ensemble: several encoder-decoders that write one output together.
#pragma once

#include <weft/models/seq2seq.h>

namespace weft {

// One or more models with the same vocabularies. The probability of a word is the mean of theirs; the attention is the mean of
// that of the models that have one. Holds pointers: the models outlive it, and should be in eval mode.
class Ensemble {
 public:
  Ensemble(const Seq2Seq& model);  // of one
  // Throws ValueError for none, and for models whose vocabularies have different sizes.
  explicit Ensemble(std::vector<const Seq2Seq*> models, Where where = Where::here());

  // What the models carry from word to word; see DecoderState.
  struct State {
    std::vector<DecoderState> models;
    void select_rows(const Tensor& rows);
    void select_sentences(const Tensor& sentences);
  };
  // Of each sentence at the start how many of the first ids are words: where words of the source are copied, those of the
  // vocabulary and the ones that this source has beside them.
  std::vector<std::int64_t> words(const State& state) const;
  struct Next {
    Tensor log_probabilities;  // [rows, vocabulary]
    Tensor weights;            // of attention, f32 [rows, source time]; undefined without
  };

  State start(const Batch& source, Where where = Where::here()) const;
  // ln p of the word after ids, i64 [rows]: ln of the mean over models of softmax(logits).
  Next step(const Tensor& ids, State& state, Where where = Where::here()) const;

  std::int64_t target_vocabulary() const { return models_.front()->options().target_vocabulary; }
  bool has_attention() const;

 private:
  std::vector<const Seq2Seq*> models_;
};

}  // namespace weft
