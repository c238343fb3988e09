#include <weft/autograd/grad_mode.h>
#include <weft/models/text/batches.h>
#include <weft/models/training/data.h>
#include <weft/models/training/progress.h>
#include <weft/models/training/training_loop.h>
#include <weft/optim/clip.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/float_mode.h>
#include <weft/tensor/views.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>

namespace weft {

namespace {

std::int64_t counted(const Tensor& targets) {
  auto values = targets.span<std::int64_t>();
  return std::count_if(values.begin(), values.end(), [](std::int64_t t) { return t != kIgnored; });
}

// The weights of the best epoch so far.
class Best {
 public:
  // Takes the weights when the score is better than all before; says whether it was.
  bool observe(nn::Module& model, double score) {
    if (!weights_.empty() && !(score > score_ || std::isnan(score_))) return false;
    score_ = score;
    weights_.clear();
    for (nn::Parameter* parameter : model.parameters()) weights_.push_back(clone(parameter->tensor()));
    return true;
  }
  void restore(nn::Module& model) const {
    if (weights_.empty()) return;
    std::size_t i = 0;
    for (nn::Parameter* parameter : model.parameters()) copy_to(parameter->tensor(), weights_[i++]);
  }

 private:
  double score_ = 0;
  std::vector<Tensor> weights_;
};

// Larger is better.
double monitored(const Scores& scores, const std::string& name) { return name == "loss" ? -scores.loss : scores.metric(name); }

}  // namespace

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
  Metrics& metrics;
  double loss = 0;
  std::int64_t count = 0, tokens = 0;

  explicit Tally(Metrics& all) : metrics(all) {
    for (auto& metric : metrics) metric->reset();
  }
  void add(double mean_loss, const Task::Output& output) {
    std::int64_t targets = counted(output.targets);
    loss += mean_loss * static_cast<double>(targets);
    count += targets;
    tokens += output.tokens;
    for (auto& metric : metrics) metric->add(output.logits.tensor(), output.targets);
  }
  double mean_loss() const { return loss / static_cast<double>(std::max<std::int64_t>(count, 1)); }
  Scores scores() const {
    Scores scores{mean_loss(), {}};
    for (const auto& metric : metrics) scores.metrics.emplace_back(metric->name(), metric->value());
    return scores;
  }
};

TrainingLoop::TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
                           const std::vector<ParameterGroup>& groups)
    : model_(model),
      optimizer_(optimizer.clone()),
      loss_(std::move(loss)),
      metrics_(std::move(metrics)),
      base_rate_(optimizer.learning_rate()) {
  std::vector<std::vector<Variable>> grouped(groups.size() + 1);  // the last: all others
  for (nn::Parameter* parameter : model.parameters()) {
    if (parameter->frozen()) continue;
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

History TrainingLoop::fit(const Task& train, const Task* validation, const FitOptions& options) {
  require<ValueError>(options.epochs >= 0 && options.batch_size >= 1, "fit: epochs ", options.epochs, " and batch_size ",
                      options.batch_size, " must be at least 0 and 1");
  require<ValueError>(!train.lengths.empty(), "fit: there are no examples");
  require<ValueError>(!validation || !validation->lengths.empty(), "fit: there are no validation examples");
  auto named = [&](const auto& metric) { return metric->name() == options.monitor; };
  require<ValueError>(options.monitor == "loss" || std::any_of(metrics_.begin(), metrics_.end(), named),
                      "fit: the trainer has no metric ", options.monitor, " to monitor");
  FloatMode flush(KeepDenormals::active());
  History history;
  Best best;
  int waited = 0;
  auto finish = [&] {
    model_.eval();
    if (options.restore_best) best.restore(model_);
  };
  try {
    for (int epoch = 1; epoch <= options.epochs; ++epoch) {
      EpochRecord record = run_epoch(train, options, epoch);
      if (validation) record.validation = evaluate(*validation);
      history.push_back(record);
      if (options.log) *options.log << to_string(record, options.epochs) << std::endl;
      bool better = !record.validation || best.observe(model_, monitored(*record.validation, options.monitor));
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

EpochRecord TrainingLoop::run_epoch(const Task& train, const FitOptions& options, int epoch) {
  auto batches = text::batches_by_length(train.lengths, {.batch_size = static_cast<std::size_t>(options.batch_size),
                                                         .seed = options.seed,
                                                         .epoch = static_cast<std::uint64_t>(epoch)});
  Progress progress(std::cerr, options.progress && stderr_is_terminal(), "epoch " + std::to_string(epoch), std::ssize(batches));
  EpochRecord record;
  record.epoch = epoch;
  Tally tally(metrics_);
  model_.train();
  std::int64_t done = 0;
  for (const auto& batch : batches) {
    record.gradient_norm = std::max(record.gradient_norm, step(train.forward(batch), tally, options));
    std::ostringstream note;
    note << "loss " << std::fixed << std::setprecision(4) << tally.mean_loss();
    progress.update(++done, tally.tokens, "tokens", note.str());
  }
  model_.eval();
  record.train = tally.scores();
  record.tokens = tally.tokens;
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
  if (options.schedule) optimizer_->set_learning_rate(base_rate_ * options.schedule(optimizer_->steps()));
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
  Tally tally(metrics_);
  for (const auto& batch : text::batches_by_length(data.lengths, {.batch_size = static_cast<std::size_t>(batch_size)})) {
    Task::Output output = data.forward(batch);
    tally.add(loss_(output.logits, output.targets).item(), output);
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

Tensor concat_padded(const std::vector<Tensor>& parts) {
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
    Tensor target = slice(whole, 0, row, row + part.shape()[0]);
    if (shape.dims() > 2) target = slice(target, 1, 0, part.shape()[1]);
    copy_to(target, part);
    row += part.shape()[0];
  }
  return whole;
}

}  // namespace weft
