#include <weft/models/decoding/ensemble.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/math.h>
#include <weft/tensor/softmax.h>

#include <algorithm>
#include <cmath>

namespace weft {

namespace {

// ln((exp(x_1) + .. + exp(x_n)) / n) of each element.
Tensor log_mean_exp(const std::vector<Tensor>& all) {
  if (all.size() == 1) return all.front();
  Tensor highest = all.front();
  for (const Tensor& x : all) highest = maximum(highest, x);
  Tensor sum = exp(all.front() - highest);
  for (std::size_t i = 1; i < all.size(); ++i) sum = sum + exp(all[i] - highest);
  // The mean of probabilities is at most 1, its rounded logarithm is kept so.
  return minimum(highest + log(sum / static_cast<double>(all.size())), 0);
}

Tensor mean_of(const std::vector<Tensor>& all) {
  if (all.empty()) return {};
  Tensor sum = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) sum = sum + all[i];
  return all.size() == 1 ? sum : sum / static_cast<double>(all.size());
}

}  // namespace

void Ensemble::State::select_rows(const Tensor& rows) {
  for (DecoderState& state : models) state = state.select_rows(rows);
}

void Ensemble::State::select_sentences(const Tensor& sentences) {
  for (DecoderState& state : models) state = state.select_sentences(sentences);
}

Ensemble::Ensemble(const Seq2Seq& model) : models_{&model} {}

Ensemble::Ensemble(std::vector<const Seq2Seq*> models, Where where) : models_(std::move(models)) {
  check<ValueError>(!models_.empty(), where, "ensemble: there is no model");
  const Seq2SeqOptions& first = models_.front()->options();
  for (const Seq2Seq* model : models_) {
    const Seq2SeqOptions& options = model->options();
    check<ValueError>(
        options.source_vocabulary == first.source_vocabulary && options.target_vocabulary == first.target_vocabulary, where,
        "ensemble: vocabularies differ: ", first.source_vocabulary, " and ", first.target_vocabulary, " words, ",
        options.source_vocabulary, " and ", options.target_vocabulary);
  }
}

bool Ensemble::has_attention() const {
  return std::any_of(models_.begin(), models_.end(), [](const Seq2Seq* model) { return model->options().has_attention(); });
}

Ensemble::State Ensemble::start(const Batch& source, Where where) const {
  State state;
  for (const Seq2Seq* model : models_) state.models.push_back(model->start(source, where));
  return state;
}

std::vector<std::int64_t> Ensemble::words(const State& state) const {
  const DecoderState& first = state.models.front();
  const Seq2SeqOptions& options = models_.front()->options();
  std::vector<std::int64_t> words(static_cast<std::size_t>(first.sentences()), options.target_vocabulary);
  if (!first.copied.defined()) return words;
  const std::int64_t places = first.copied.size(1);
  const auto ids = first.copied.span<std::int64_t>();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto own = ids.subspan(i * static_cast<std::size_t>(places), static_cast<std::size_t>(places));
    words[i] = options.first_copied_id();
    for (std::int64_t id : own) words[i] = std::max(words[i], id + 1);
  }
  return words;
}

Ensemble::Next Ensemble::step(const Tensor& ids, State& state, Where where) const {
  std::vector<Tensor> log_probabilities, weights;
  for (std::size_t i = 0; i < models_.size(); ++i) {
    Decoded decoded = models_[i]->step(ids, state.models[i], where);
    log_probabilities.push_back(log_softmax(decoded.logits.tensor()));
    if (decoded.weights.defined()) weights.push_back(cast(contiguous(decoded.weights.tensor()), DType::f32));
  }
  return {log_mean_exp(log_probabilities), mean_of(weights)};
}

}  // namespace weft
