#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/arithmetic/math.h>

#include <limits>

namespace weft {

namespace {

// Checks that all shapes agree, because ops would broadcast different ones.
void check_shapes(const char* what, const std::vector<Tensor>& all) {
  for (const Tensor& each : all)
    check<ShapeError>(each.defined() && each.shape() == all.front().shape(), Where::here(), "ensemble: one decoder gives ", what,
                      ' ', describe(all.front()), ", another ", describe(each));
}

// Returns ln((exp(x_1) + .. + exp(x_n)) / n) elementwise.
Tensor log_mean_exp(const std::vector<Tensor>& all) {
  // Kept finite, because -infinity - -infinity is NaN.
  Tensor highest = maximum(all.front(), std::numeric_limits<float>::lowest());
  for (std::size_t i = 1; i < all.size(); ++i) highest = maximum(highest, all[i]);
  Tensor sum = exp(all.front() - highest);
  for (std::size_t i = 1; i < all.size(); ++i) sum = sum + exp(all[i] - highest);
  return highest + log(sum / static_cast<double>(all.size()));
}

Tensor mean_of(const std::vector<Tensor>& all) {
  if (all.empty()) return {};
  Tensor sum = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) sum = sum + all[i];
  return all.size() == 1 ? sum : sum / static_cast<double>(all.size());
}

class EnsembleState : public IncrementalDecoder::State {
 public:
  explicit EnsembleState(std::vector<std::unique_ptr<State>> states) : states_(std::move(states)) {}

  StepOutput step(const Tensor& ids) override {
    std::vector<Tensor> log_probabilities, attention;
    for (const auto& state : states_) {
      StepOutput output = state->step(ids);
      log_probabilities.push_back(output.log_probabilities);
      if (output.attention.defined()) attention.push_back(output.attention);
    }
    check_shapes("log-probabilities", log_probabilities);
    check_shapes("attention", attention);
    return {log_mean_exp(log_probabilities), mean_of(attention)};
  }

  void select(const Tensor& rows) override {
    for (const auto& state : states_) state->select(rows);
  }

 private:
  std::vector<std::unique_ptr<State>> states_;
};

}  // namespace

Ensemble::Ensemble(std::vector<const IncrementalDecoder*> decoders, Where caller) : decoders_(std::move(decoders)) {
  check<ValueError>(!decoders_.empty(), caller, "ensemble: there are no decoders");
  const DecoderTokens first = tokens();
  for (const IncrementalDecoder* decoder : decoders_) {
    const DecoderTokens other = decoder->tokens();
    check<ValueError>(other.vocabulary == first.vocabulary && other.start == first.start && other.end == first.end, caller,
                      "ensemble: target vocabularies differ: ", first.vocabulary, " ids with <s> ", first.start, " and </s> ",
                      first.end, ", ", other.vocabulary, " ids with <s> ", other.start, " and </s> ", other.end);
  }
}

std::unique_ptr<IncrementalDecoder::State> Ensemble::start(const Batch& source) const {
  if (decoders_.size() == 1) return decoders_.front()->start(source);
  std::vector<std::unique_ptr<State>> states;
  for (const IncrementalDecoder* decoder : decoders_) states.push_back(decoder->start(source));
  return std::make_unique<EnsembleState>(std::move(states));
}

}  // namespace weft
