// Updates of the weights.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/detail/fit.h>
#include <weft/optim/clip.h>
#include <weft/tensor/indexing/detail/joined.h>

#include <algorithm>
#include <cmath>

namespace weft::detail {

bool Fit::update(std::span<const std::vector<std::size_t>> batches, BatchReader& reader, Tally& tally) {
  learner_.optimizer->zero_grad();
  before_.clear();
  for (const Generator* generator : generators_) before_.push_back(*generator);
  Taken taken;
  std::vector<Ready> ready;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    ready.push_back({batches[i], reader.next()});
    const double loss = backward(ready.back(), batches.size() == 1, tally, taken);
    if (std::isfinite(loss)) continue;
    // The search for the op needs all of these batches, and the next update those after them.
    while (ready.size() < batches.size()) ready.push_back({batches[ready.size()], reader.next()});
    return not_finite("loss", loss, ready);
  }
  const bool divide_later = batches.size() > 1 && options_.normalization != Normalization::none;
  if (divide_later && taken.divisor > 0) optim::scale_gradients(learner_.parameters, 1 / taken.divisor);
  const double norm = options_.clip_norm > 0 ? optim::clip_grad_norm(learner_.parameters, options_.clip_norm)
                                             : optim::gradient_norm(learner_.parameters);
  if (!std::isfinite(norm)) return not_finite("norm of the gradients", norm, ready);

  watch_->see_gradients();
  const double rate = base_rate_ * schedule_(state_.updates) * plateau_rate_;
  check<ValueError>(rate >= 0 && std::isfinite(rate), caller_, "fit: the schedule makes the learning rate ", rate, " at update ",
                    state_.updates, ", not a finite number from 0 on");
  learner_.optimizer->set_learning_rate(rate);
  learner_.optimizer->step();
  if (average_) average_->update();
  ++state_.updates;
  state_.skipped_in_row = 0;
  EpochRecord& record = state_.record;
  record.gradient_norm = std::max(record.gradient_norm, norm);
  record.learning_rate = rate;
  tell(&Callback::on_update, UpdateRecord{state_.updates, state_.epoch, taken.loss, norm, rate, taken.tokens});
  return true;
}

// Adds the gradient of one batch to the existing one, unless the loss, which it returns, is not finite. The gradient of a single
// batch is divided at once; with several batches the sum of all is divided later.
double Fit::backward(const Ready& batch, bool alone, Tally& tally, Taken& taken) {
  const Task::Output output = batch.forward();
  const Variable loss = learner_.loss(output.logits, output.targets, caller_);
  check_loss(loss, "fit", caller_);
  const double value = loss.item(), weight = learner_.loss.weight(output.targets), by = divisor(output, batch.indices.size());
  if (!std::isfinite(value)) return value;
  const double share = alone && by > 0 ? 1 / by : 1, factor = alone && by > 0 ? weight / by : weight;
  Variable total = factor == 1 ? loss : loss * factor;
  if (output.extra_loss.defined()) {
    if (const double extra = output.extra_loss.item(); !std::isfinite(extra)) return extra;
    total = total + output.extra_loss * share;
  }
  watch_->see_graph(total);
  total.backward();
  taken.loss += (value - taken.loss) * (by > 0 ? by / (taken.divisor + by) : 0);
  taken.divisor += by;
  const auto& tokens = train_.tokens.empty() ? train_.lengths : train_.tokens;
  for (std::size_t i : batch.indices) taken.tokens += tokens[i], state_.record.tokens += tokens[i];
  const CallScope scope(caller_);
  tally.add(value, output);
  return value;
}

double Fit::divisor(const Task::Output& output, std::size_t examples) const {
  if (options_.normalization == Normalization::target) return learner_.loss.weight(output.targets);
  return options_.normalization == Normalization::example ? static_cast<double>(examples) : 1;
}

bool Fit::not_finite(const char* what, double value, const std::vector<Ready>& batches) {
  const std::int64_t step = state_.first_step + state_.updates + 1;
  learner_.optimizer->zero_grad();
  ++state_.record.skipped;
  ++state_.skipped_in_row;
  if (options_.not_finite == NotFinite::skip && state_.skipped_in_row < kMostSkippedInRow) return false;
  const std::string in_row = options_.not_finite == NotFinite::stop ? "" : joined(", the ", kMostSkippedInRow, "th in a row");
  const std::string bad_op = first_bad_op(batches);
  check<GradError>(false, caller_, "fit: the ", what, " is ", value, " at step ", step, in_row,
                   "; a lower learning rate or clip_norm may help", bad_op);
  return false;
}

// Runs the same batches with the same random numbers again, and checks every op.
std::string Fit::first_bad_op(const std::vector<Ready>& batches) {
  for (std::size_t i = 0; i < generators_.size(); ++i) *generators_[i] = before_[i];
  try {
    AnomalyMode watch;
    for (const Ready& batch : batches) {
      const Task::Output output = batch.forward();
      const Variable loss = learner_.loss(output.logits, output.targets, caller_);
      (output.extra_loss.defined() ? loss + output.extra_loss : loss).backward();
    }
  } catch (const GradError& error) {
    learner_.optimizer->zero_grad();
    return std::string("; ") + error.what();
  }
  learner_.optimizer->zero_grad();
  return "";
}

}  // namespace weft::detail
