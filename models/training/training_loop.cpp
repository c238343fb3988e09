#include <weft/autograd/grad_mode.h>
#include <weft/models/text/batches.h>
#include <weft/models/training/data.h>
#include <weft/models/training/progress.h>
#include <weft/models/training/training_loop.h>
#include <weft/optim/clip.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/float_mode.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/math.h>
#include <weft/tensor/views.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>

namespace weft {

namespace {

bool all_finite(nn::Module& model) {
  auto parameters = model.parameters();
  return std::all_of(parameters.begin(), parameters.end(),
                     [](nn::Parameter* parameter) { return is_finite(parameter->tensor()); });
}

// The weights of the best epoch so far.
class Best {
 public:
  // Takes their memory now, so that no later epoch takes more than the first.
  explicit Best(nn::Module& model) {
    for (nn::Parameter* parameter : model.parameters()) weights_.push_back(clone(parameter->tensor()));
  }
  // Takes the weights when the score is better than all before; says whether it was.
  bool observe(nn::Module& model, double score) {
    if (observed_ && !(score > score_ || std::isnan(score_))) return false;
    score_ = score;
    observed_ = true;
    std::size_t i = 0;
    for (nn::Parameter* parameter : model.parameters()) copy_to(weights_[i++], parameter->tensor());
    return true;
  }
  void restore(nn::Module& model) const {
    if (!observed_) return;
    std::size_t i = 0;
    for (nn::Parameter* parameter : model.parameters()) copy_to(parameter->tensor(), weights_[i++]);
  }

 private:
  double score_ = 0;
  bool observed_ = false;
  std::vector<Tensor> weights_;
};

// Larger is better.
double monitored(const Scores& scores, const std::string& name) { return name == "loss" ? -scores.loss : scores.metric(name); }

}  // namespace

double Loss::weight(const Tensor& targets) const {
  if (is_floating(targets.dtype())) return static_cast<double>(targets.numel());
  const Tensor classes = contiguous(targets);
  double total = 0;
  for (std::int64_t target : classes.span<std::int64_t>())
    if (target != options_.ignore_index) total += options_.class_weights.defined() ? options_.class_weights.at({target}) : 1;
  return total;
}

Tensor Loss::for_metrics(const Tensor& targets) const {
  if (is_floating(targets.dtype()) || options_.ignore_index == kIgnored) return targets;
  auto constant = [](std::int64_t value) { return tensor(std::vector{value}, Shape()); };
  return where(equal(targets, constant(options_.ignore_index)), constant(kIgnored), targets);
}

double Scores::metric(const std::string& name, Where where) const {
  for (const auto& [known, value] : metrics)
    if (known == name) return value;
  check<ValueError>(false, where, "scores: there is no metric ", name);
  return 0;
}

std::string to_string(const EpochRecord& record, int epochs) {
  std::ostringstream line;
  line << std::fixed << "epoch " << record.epoch << '/' << epochs;
  auto add = [&](const char* prefix, const Scores& scores) {
    line << "  " << prefix << "loss " << std::setprecision(4) << scores.loss << std::setprecision(2);
    for (const auto& [name, value] : scores.metrics) line << "  " << prefix << name << ' ' << 100 * value;
  };
  add("", record.train);
  if (record.validation) add("dev_", *record.validation);
  line << "  " << format_duration(record.seconds) << "  "
       << static_cast<std::int64_t>(static_cast<double>(record.tokens) / record.seconds) << " tokens/s";
  return line.str();
}

// Sums over the batches of one round.
struct TrainingLoop::Tally {
  const Loss& loss;
  Metrics& metrics;
  double total = 0, weight = 0;

  Tally(const Loss& loss, Metrics& all) : loss(loss), metrics(all) {
    for (auto& metric : metrics) metric->reset();
  }
  void add(double mean_loss, const Task::Output& output) {
    const double weight_here = loss.weight(output.targets);
    total += mean_loss * weight_here;
    weight += weight_here;
    if (metrics.empty()) return;
    const Tensor targets = loss.for_metrics(output.targets);
    for (auto& metric : metrics) metric->add(output.logits.tensor(), targets);
  }
  double mean_loss() const { return weight == 0 ? 0 : total / weight; }
  Scores scores() const {
    Scores scores{mean_loss(), {}};
    for (const auto& metric : metrics) scores.metrics.emplace_back(metric->name(), metric->value());
    return scores;
  }
};

TrainingLoop::TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
                           const std::vector<ParameterGroup>& groups)
    : model_(model), optimizer_(optimizer.clone()), loss_(std::move(loss)), metrics_(std::move(metrics)) {
  std::vector<std::vector<Variable>> grouped(groups.size() + 1);  // the last: all others
  for (nn::Parameter* parameter : model.parameters()) {
    auto fits = [&](const ParameterGroup& group) { return parameter->path().starts_with(group.prefix); };
    grouped[static_cast<std::size_t>(std::find_if(groups.begin(), groups.end(), fits) - groups.begin())].push_back(
        parameter->variable());
    parameters_.push_back(parameter->variable());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    require<ValueError>(!grouped[i].empty(), "trainer: no parameter's path begins with \"", groups[i].prefix, "\"");
    optimizer_->add(grouped[i], groups[i].options);
  }
  optimizer_->add(grouped.back());
}

void FitOptions::validate() const {
  require<ValueError>(epochs >= 0 && batch_size >= 1, "fit: epochs ", epochs, " and batch_size ", batch_size,
                      " must be at least 0 and 1");
  require<ValueError>(patience >= 0, "fit: patience ", patience, " is negative");
  require<ValueError>(clip_norm >= 0, "fit: clip_norm ", clip_norm, " is not 0 or above");
}

History TrainingLoop::fit(const Task& train, const Task* validation, const FitOptions& options) {
  options.validate();
  require<ValueError>(!train.lengths.empty(), "fit: there are no examples");
  require<ValueError>(!validation || !validation->lengths.empty(), "fit: there are no validation examples");
  auto named = [&](const auto& metric) { return metric->name() == options.monitor; };
  require<ValueError>(options.monitor == "loss" || std::any_of(metrics_.begin(), metrics_.end(), named),
                      "fit: the trainer has no metric ", options.monitor, " to monitor");
  FloatMode flush(KeepDenormals::active());
  History history;
  std::optional<Best> best;
  if (validation) best.emplace(model_);
  int waited = 0;
  base_rate_ = optimizer_->learning_rate();
  first_step_ = optimizer_->steps();
  auto finish = [&] {
    optimizer_->set_learning_rate(base_rate_);
    model_.eval();
    if (best && options.restore_best) best->restore(model_);
  };
  try {
    for (int epoch = 1; epoch <= options.epochs; ++epoch) {
      EpochRecord record = run_epoch(train, options, epoch);
      if (validation) record.validation = evaluate(*validation);
      check_finite(record);
      history.push_back(record);
      if (options.log) *options.log << to_string(record, options.epochs) << std::endl;
      bool better = !record.validation || best->observe(model_, monitored(*record.validation, options.monitor));
      waited = better ? 0 : waited + 1;
      if ((options.on_epoch && !options.on_epoch(record)) || (options.patience && waited >= options.patience)) break;
    }
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return history;
}

// Training losses are those before each step: this looks at the weights after the last one.
void TrainingLoop::check_finite(const EpochRecord& record) {
  if (record.validation)
    require<GradError>(std::isfinite(record.validation->loss), "fit: the validation loss is ", record.validation->loss,
                       " after epoch ", record.epoch, "; lower the learning rate");
  else
    require<GradError>(all_finite(model_), "fit: weights are NaN or infinite after epoch ", record.epoch,
                       "; lower the learning rate");
}

EpochRecord TrainingLoop::run_epoch(const Task& train, const FitOptions& options, int epoch) {
  auto batches = text::batches_by_length(train.lengths, {.batch_size = static_cast<std::size_t>(options.batch_size),
                                                         .seed = options.seed,
                                                         .epoch = static_cast<std::uint64_t>(epoch)});
  const Columns columns = options.progress ? stderr_columns : [] { return 0; };
  Progress progress(std::cerr, columns, "epoch " + std::to_string(epoch), std::ssize(batches));
  EpochRecord record;
  record.epoch = epoch;
  Tally tally(loss_, metrics_);
  model_.train();
  std::int64_t done = 0;
  for (const auto& batch : batches) {
    record.gradient_norm = std::max(record.gradient_norm, step(train.forward(batch), tally, options));
    for (std::size_t i : batch) record.tokens += train.lengths[i];
    std::ostringstream note;
    note << "loss " << std::fixed << std::setprecision(4) << tally.mean_loss();
    progress.update(++done, record.tokens, "tokens", note.str());
  }
  model_.eval();
  record.train = tally.scores();
  record.seconds = progress.seconds();
  return record;
}

// One update; returns the gradients' norm, or 0 when nobody asked to clip.
double TrainingLoop::step(const Task::Output& output, Tally& tally, const FitOptions& options) {
  optimizer_->zero_grad();
  Variable loss = loss_(output.logits, output.targets);
  double value = loss.item();
  require<GradError>(std::isfinite(value), "fit: the loss is ", value, " at step ", optimizer_->steps() + 1,
                     "; a lower learning rate or clip_norm may help, AnomalyMode names the op");
  loss.backward();
  double norm = options.clip_norm > 0 ? optim::clip_grad_norm(parameters_, options.clip_norm) : 0;
  if (options.schedule) optimizer_->set_learning_rate(base_rate_ * options.schedule(optimizer_->steps() - first_step_));
  optimizer_->step();
  tally.add(value, output);
  return norm;
}

Scores TrainingLoop::evaluate(const Task& data, std::int64_t batch_size) {
  require<ValueError>(!data.lengths.empty(), "evaluate: there are no examples");
  require<ValueError>(batch_size >= 1, "evaluate: batch_size is ", batch_size, ", not at least 1");
  NoGrad no_grad;
  bool training = model_.training();
  model_.eval();
  Tally tally(loss_, metrics_);
  for (const auto& batch : text::batches_by_length(data.lengths, {.batch_size = static_cast<std::size_t>(batch_size)})) {
    Task::Output output = data.forward(batch);
    tally.add(loss_.evaluate(output.logits, output.targets).item(), output);
  }
  model_.train(training);
  return tally.scores();
}

void TrainingLoop::predict(const Task& data, std::int64_t batch_size, const std::function<void(const Tensor& logits)>& take) {
  require<ValueError>(batch_size >= 1, "predict: batch_size is ", batch_size, ", not at least 1");
  NoGrad no_grad;
  bool training = model_.training();
  model_.eval();
  for (std::size_t begin = 0; begin < data.lengths.size(); begin += static_cast<std::size_t>(batch_size)) {
    std::vector<std::size_t> batch;
    for (std::size_t i = begin; i < std::min(data.lengths.size(), begin + static_cast<std::size_t>(batch_size)); ++i)
      batch.push_back(i);
    take(data.forward(batch).logits.tensor());
  }
  model_.train(training);
}

Tensor concat_padded(const std::vector<Tensor>& parts, const std::vector<std::int64_t>& outputs) {
  require<ValueError>(!parts.empty(), "predict: there are no examples");
  Shape shape = parts[0].shape();
  shape[0] = 0;
  for (const Tensor& part : parts) {
    shape[0] += part.shape()[0];
    if (shape.dims() > 2) shape[1] = std::max(shape[1], part.shape()[1]);
  }
  Tensor whole = zeros(shape, parts[0].dtype());
  std::int64_t row = 0;
  for (const Tensor& part : parts) {
    if (shape.dims() < 3) {
      Tensor target = slice(whole, 0, row, row + part.shape()[0]);
      copy_to(target, part);
    }
    for (std::int64_t i = 0; shape.dims() > 2 && i < part.shape()[0]; ++i) {
      std::int64_t own = std::min(part.shape()[1], outputs[static_cast<std::size_t>(row + i)]);
      Tensor target = slice(select(whole, 0, row + i), 0, 0, own);
      copy_to(target, slice(select(part, 0, i), 0, 0, own));
    }
    row += part.shape()[0];
  }
  return whole;
}

}  // namespace weft
