#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/detail/update.h>
#include <weft/optim/clip.h>
#include <weft/tensor/indexing/detail/joined.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace weft::detail {

Update::Update(Learner& learner, const FitOptions& options, Where caller, ParameterExchange* exchange)
    : learner_(learner), options_(options), caller_(caller), watch_(learner.model, learner.parameters, options, caller) {
  if (options.shards > 1) in_shards_.emplace(learner, options, watch_, exchange, caller);
}

std::vector<std::vector<std::size_t>> Update::to_read(std::span<const std::vector<std::size_t>> batches) {
  if (!in_shards_) return {batches.begin(), batches.end()};
  in_shards_->start_reading();
  std::vector<std::vector<std::size_t>> all;
  const auto most = static_cast<std::size_t>(options_.accumulate);
  for (std::size_t first = 0; first < batches.size(); first += most)
    std::ranges::move(in_shards_->to_read(batches.subspan(first, std::min(most, batches.size() - first))),
                      std::back_inserter(all));
  return all;
}

Update::Gradient Update::backward(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader,
                                  Tally& tally, int skipped_in_row, std::uint64_t number) {
  learner_.optimizer->zero_grad();
  number_ = number;
  Gradient gradient = in_shards_ ? run_shards(task, batches, reader, tally) : run_batches(task, batches, reader, tally);
  if (!gradient.finite) {
    not_finite("loss", gradient.loss, skipped_in_row);
    return gradient;
  }
  gradient.norm = in_shards_ ? in_shards_->norm() : optim::gradient_norm(learner_.parameters);
  gradient.finite = std::isfinite(gradient.norm);
  if (!gradient.finite) {
    not_finite("norm of the gradients", gradient.norm, skipped_in_row);
    return gradient;
  }
  if (options_.clip_norm > 0) optim::scale_to_norm(learner_.parameters, gradient.norm, options_.clip_norm);
  watch_.see_gradients();
  return gradient;
}

// Runs the batches one after the other. If a loss is not finite, the result has it and no gradient.
Update::Gradient Update::run_batches(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader,
                                     Tally& tally) {
  divided_by_ = 0;
  ready_.clear();
  Gradient gradient;
  auto read = [&] {
    const std::int64_t first = ready_.empty() ? 0 : ready_.back().first + std::ssize(ready_.back().indices);
    ready_.push_back({batches[ready_.size()], reader.next(), first});
  };
  for (std::size_t i = 0; i < batches.size(); ++i) {
    read();
    const double loss = add(task, ready_.back(), batches.size() == 1, tally, gradient);
    if (std::isfinite(loss)) continue;
    // The search for the op needs all of these batches, and the next update those after them.
    while (ready_.size() < batches.size()) read();
    gradient.loss = loss;
    gradient.finite = false;
    return gradient;
  }
  const bool divide_later = batches.size() > 1 && options_.normalization != LossNormalization::none;
  if (divide_later && divided_by_ > 0) optim::scale_gradients(learner_.parameters, 1 / divided_by_);
  return gradient;
}

Update::Gradient Update::run_shards(const Task& task, std::span<const std::vector<std::size_t>> batches, BatchReader& reader,
                                    Tally& tally) {
  const ShardedGradient::Result result = in_shards_->backward(task, batches, reader, tally, number_);
  ready_ = in_shards_->ran();
  return {.loss = result.loss, .tokens = result.tokens, .finite = result.finite};
}

void Update::step(double rate) {
  learner_.optimizer->set_learning_rate(rate);
  learner_.optimizer->step();
  if (in_shards_) in_shards_->collect_parameters();
}

// Adds the gradient of one batch to the existing one, unless the loss, which it returns, is not finite. The gradient of a single
// batch is divided at once; with several batches the sum of all is divided later.
double Update::add(const Task& task, const ReadyBatch& batch, bool alone, Tally& tally, Gradient& gradient) {
  const ExampleDraws by_example = batch.draws(number_, caller_);
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

void Update::not_finite(const char* what, double value, int skipped_in_row) {
  learner_.optimizer->zero_grad();
  if (options_.not_finite == NotFinite::skip && skipped_in_row + 1 < kMostSkippedInRow) return;
  const std::int64_t step = learner_.optimizer->steps() + 1;
  const std::string in_row = options_.not_finite == NotFinite::stop ? "" : joined(", the ", kMostSkippedInRow, "th in a row");
  const std::string bad_op = first_bad_op();
  check<GradError>(false, caller_, "fit: the ", what, " is ", value, " at step ", step, in_row,
                   "; a lower learning rate or clip_norm may help", bad_op);
}

// Returns what the first rank finds that finds something.
std::string Update::first_bad_op() {
  for (const std::string& found : gather(options_.communicator, [this] { return first_bad_op_here(); }))
    if (!found.empty()) return found;
  return "";
}

// Runs the same batches with the same random numbers again, and checks every op.
std::string Update::first_bad_op_here() {
  std::string found;
  try {
    AnomalyMode watch;
    for (const ReadyBatch& batch : ready_) {
      const ExampleDraws by_example = batch.draws(number_, caller_);
      const Task::Output output = batch.forward();
      const Variable loss = learner_.loss(output.logits, output.targets, caller_);
      (output.extra_loss.defined() ? loss + output.extra_loss : loss).backward();
    }
  } catch (const GradError& error) {
    found = std::string("; ") + error.what();
  }
  learner_.optimizer->zero_grad();
  return found;
}

}  // namespace weft::detail
