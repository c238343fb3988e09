#include <weft/models/seq2seq/seq2seq_decoder.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/fused/softmax.h>

#include <algorithm>
#include <limits>

namespace weft {

namespace {

// Sets the log-probability of unused ids to -infinity. The ids from first_copied_id on stand for source words that the vocabulary
// lacks; those beyond the number of such words in the source are unused. log_probabilities [rows, vocabulary], f32 or f64.
template <class T>
void forbid_unused_ids(Tensor& log_probabilities, const Tensor& copied, std::int64_t first_copied_id) {
  const std::int64_t sentences = copied.size(0), places = copied.size(1), vocabulary = log_probabilities.size(1);
  const std::int64_t each = log_probabilities.size(0) / sentences;
  const std::int64_t* ids = copied.data<std::int64_t>();
  T* row = log_probabilities.output<T>();
  for (std::int64_t sentence = 0; sentence < sentences; ++sentence, ids += places) {
    std::int64_t used = first_copied_id;
    for (std::int64_t place = 0; place < places; ++place) used = std::max(used, ids[place] + 1);
    for (std::int64_t i = 0; i < each; ++i, row += vocabulary)
      std::fill(row + used, row + vocabulary, -std::numeric_limits<T>::infinity());
  }
}

class Seq2SeqState : public IncrementalDecoder::State {
 public:
  Seq2SeqState(const Seq2Seq& model, DecoderState state) : model_(model), state_(std::move(state)) {}

  StepOutput step(const Tensor& ids) override {
    const Decoded decoded = model_.step(ids, state_);
    StepOutput output{log_softmax(decoded.logits.tensor()), {}};
    if (decoded.weights.defined()) output.attention = cast(contiguous(decoded.weights.tensor()), DType::f32);
    if (state_.copied.defined()) {
      const std::int64_t first = model_.options().first_copied_id();
      if (output.log_probabilities.dtype() == DType::f64)
        forbid_unused_ids<double>(output.log_probabilities, state_.copied, first);
      else
        forbid_unused_ids<float>(output.log_probabilities, state_.copied, first);
    }
    return output;
  }

  void select(const Tensor& rows) override { state_ = state_.select_rows(rows); }

 private:
  const Seq2Seq& model_;
  DecoderState state_;
};

}  // namespace

DecoderTokens Seq2SeqDecoder::tokens() const {
  return {.vocabulary = model_->options().target_vocabulary,
          .start = text::kSentenceStartId,
          .end = text::kSentenceEndId,
          .padding = text::kPaddingId,
          .unknown = text::kUnknownId};
}

std::unique_ptr<IncrementalDecoder::State> Seq2SeqDecoder::start(const Batch& source) const {
  return std::make_unique<Seq2SeqState>(*model_, model_->start(source));
}

}  // namespace weft
