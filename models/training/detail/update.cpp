#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/detail/update.h>
#include <weft/optim/clip.h>
#include <weft/tensor/indexing/detail/joined.h>

#include <cmath>

namespace weft::detail {

Update::Update(Learner& learner, const FitOptions& options, Where caller)
    : learner_(learner),
      options_(options),
      caller_(caller),
      watch_(learner.model, learner.parameters, options, caller),
      generators_(nn::generators(learner.model)) {}

Update::Gradient Update::backward(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader,
                                  Tally& tally, int skipped_in_row) {
  learner_.optimizer->zero_grad();
  before_.clear();
  for (const Generator* generator : generators_) before_.push_back(*generator);
  divided_by_ = 0;
  Gradient gradient;
  std::vector<Ready> ready;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    ready.push_back({batches[i], reader.next()});
    const double loss = add(task, ready.back(), batches.size() == 1, tally, gradient);
    if (std::isfinite(loss)) continue;
    // The search for the op needs all of these batches, and the next update those after them.
    while (ready.size() < batches.size()) ready.push_back({batches[ready.size()], reader.next()});
    not_finite("loss", loss, ready, skipped_in_row);
    gradient.finite = false;
    return gradient;
  }
  const bool divide_later = batches.size() > 1 && options_.normalization != LossNormalization::none;
  if (divide_later && divided_by_ > 0) optim::scale_gradients(learner_.parameters, 1 / divided_by_);
  gradient.norm = options_.clip_norm > 0 ? optim::clip_grad_norm(learner_.parameters, options_.clip_norm)
                                         : optim::gradient_norm(learner_.parameters);
  gradient.finite = std::isfinite(gradient.norm);
  if (gradient.finite)
    watch_.see_gradients();
  else
    not_finite("norm of the gradients", gradient.norm, ready, skipped_in_row);
  return gradient;
}

void Update::step(double rate) {
  learner_.optimizer->set_learning_rate(rate);
  learner_.optimizer->step();
}

// Adds the gradient of one batch to the existing one, unless the loss, which it returns, is not finite. The gradient of a single
// batch is divided at once; with several batches the sum of all is divided later.
double Update::add(const Task& task, const Ready& batch, bool alone, Tally& tally, Gradient& gradient) {
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
  watch_.see_graph(total);
  total.backward();
  gradient.loss += (value - gradient.loss) * (by > 0 ? by / (divided_by_ + by) : 0);
  divided_by_ += by;
  const auto& tokens = task.tokens.empty() ? task.lengths : task.tokens;
  for (std::size_t i : batch.indices) gradient.tokens += tokens[i];
  const CallScope scope(caller_);
  tally.add(value, output);
  return value;
}

double Update::divisor(const Task::Output& output, std::size_t examples) const {
  if (options_.normalization == LossNormalization::target) return learner_.loss.weight(output.targets);
  return options_.normalization == LossNormalization::example ? static_cast<double>(examples) : 1;
}

void Update::not_finite(const char* what, double value, const std::vector<Ready>& batches, int skipped_in_row) {
  learner_.optimizer->zero_grad();
  if (options_.not_finite == NotFinite::skip && skipped_in_row + 1 < kMostSkippedInRow) return;
  const std::int64_t step = learner_.optimizer->steps() + 1;
  const std::string in_row = options_.not_finite == NotFinite::stop ? "" : joined(", the ", kMostSkippedInRow, "th in a row");
  const std::string bad_op = first_bad_op(batches);
  check<GradError>(false, caller_, "fit: the ", what, " is ", value, " at step ", step, in_row,
                   "; a lower learning rate or clip_norm may help", bad_op);
}

// Runs the same batches with the same random numbers again, and checks every op.
std::string Update::first_bad_op(const std::vector<Ready>& batches) {
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
