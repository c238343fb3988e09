#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/data/batches.h>
#include <weft/models/io/decimal.h>
#include <weft/models/io/model_file.h>
#include <weft/models/training/data.h>
#include <weft/models/training/detail/batch_reader.h>
#include <weft/models/training/detail/fit.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/suggestion.h>

#include <algorithm>

namespace weft {

double Loss::weight(const Tensor& targets) const {
  if (is_floating(targets.dtype())) return static_cast<double>(targets.numel());
  const Tensor classes = contiguous(cast(targets, DType::i64));
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

void Loss::check_reduction(const char* op, Where caller) const {
  check<ValueError>(options_.reduction == Reduction::mean, caller, op,
                    ": the loss is Reduction::", options_.reduction == Reduction::sum ? "sum" : "none",
                    ", not one number, the mean over the targets");
}

void check_loss(const Variable& loss, const char* op, Where caller) {
  check<ShapeError>(loss.defined() && loss.numel() == 1, caller, op, ": the loss is ", describe(loss.tensor()),
                    ", not one number, the mean over the targets");
}

TrainingLoop::TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
                           const std::vector<ParameterGroup>& groups, Where caller)
    : model_(model), optimizer_(optimizer.clone()), loss_(std::move(loss)), metrics_(std::move(metrics)) {
  const CallScope scope(caller);
  for (const auto& metric : metrics_) require<ValueError>(metric != nullptr, "trainer: a metric is null");
  const std::map<std::string, Tensor> parameters = parameters_by_path(model, "trainer: ");
  std::vector<std::vector<Variable>> grouped(groups.size() + 1);  // the last one: all others
  for (nn::Parameter* parameter : model.parameters()) {
    auto fits = [&](const ParameterGroup& group) { return parameter->path().starts_with(group.prefix); };
    grouped[static_cast<std::size_t>(std::find_if(groups.begin(), groups.end(), fits) - groups.begin())].push_back(
        parameter->variable());
    parameters_.push_back(parameter->variable());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool known = std::any_of(parameters.begin(), parameters.end(),
                                   [&](const auto& each) { return each.first.starts_with(groups[i].prefix); });
    require<ValueError>(known, "trainer: no parameter's path begins with \"", groups[i].prefix, "\"",
                        did_you_mean(groups[i].prefix, detail::path_beginnings(model)));
    require<ValueError>(!grouped[i].empty(), "trainer: all parameters whose paths begin with \"", groups[i].prefix,
                        "\" are in groups before it; the first group that fits counts");
    optimizer_->add(grouped[i], groups[i].options);
    const optim::GroupOptions& own = groups[i].options;
    groups_["group " + groups[i].prefix] = "rate times " + text::decimal(own.learning_rate_scale) + ", decay " +
                                           (own.weight_decay ? text::decimal(*own.weight_decay) : "as others");
  }
  optimizer_->add(grouped.back());
}

History TrainingLoop::fit(const Task& train, const Task* validation, const FitOptions& options, Where caller) {
  loss_.check_reduction("fit", caller);
  FitOptions own = options;
  own.checkpoint.identity.insert(groups_.begin(), groups_.end());
  detail::Fit fit({model_, *optimizer_, parameters_, loss_, metrics_,
                   [this, caller](const Task& data) { return evaluate(data, 64, caller); }, caller},
                  train, validation, own);
  struct Fitting {
    bool& flag;
    explicit Fitting(bool& flag) : flag(flag) { flag = true; }
    ~Fitting() { flag = false; }
  } fitting(fitting_);
  return fit.run();
}

namespace {
// Puts the model into eval mode and restores its mode afterwards, also after an error.
class Evaluating {
 public:
  explicit Evaluating(nn::Module& model) : model_(model), training_(model.training()) { model.eval(); }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;
  ~Evaluating() { model_.train(training_); }

 private:
  nn::Module& model_;
  bool training_;
};

// The most tokens of a batch for scoring, padding included: one long example must not pad many short ones.
constexpr std::int64_t kMostTokens = 1 << 16;
}  // namespace

Scores TrainingLoop::evaluate(const Task& data, std::int64_t batch_size, Where caller) {
  check<ValueError>(!data.lengths.empty(), caller, "evaluate: there are no examples");
  check<ValueError>(batch_size >= 1, caller, "evaluate: batch_size is ", batch_size, ", not at least 1");
  loss_.check_reduction("evaluate", caller);
  NoGrad no_grad;
  const Evaluating evaluating(model_);
  std::vector<std::vector<double>> before;  // of an epoch in progress
  for (const auto& metric : metrics_) before.push_back(fitting_ ? metric->state() : std::vector<double>());
  Tally tally(loss_, metrics_);
  const auto batches =
      text::batches_by_length(data.lengths, {.batch_size = static_cast<std::size_t>(batch_size), .most_tokens = kMostTokens});
  detail::BatchReader reader(data, batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    Task::Output output = reader.next()();
    const Variable loss = loss_.evaluate(output.logits, output.targets, caller);
    check_loss(loss, "evaluate", caller);
    const CallScope scope(caller);
    tally.add(loss.item(), output);
  }
  Scores scores = tally.scores();
  for (std::size_t i = 0; fitting_ && i < metrics_.size(); ++i) {
    metrics_[i]->reset();
    if (!before[i].empty()) metrics_[i]->set_state(before[i]);
  }
  return scores;
}

void TrainingLoop::predict(const Task& data, std::int64_t batch_size, const std::function<void(const Tensor& logits)>& take,
                           Where caller) {
  check<ValueError>(batch_size >= 1, caller, "predict: batch_size is ", batch_size, ", not at least 1");
  NoGrad no_grad;
  const Evaluating evaluating(model_);
  std::vector<std::vector<std::size_t>> batches;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < data.lengths.size(); ++i) {
    longest = std::max(longest, data.lengths[i]);
    const std::int64_t size = batches.empty() ? batch_size : std::ssize(batches.back());
    if (size == batch_size || (size + 1) * longest > kMostTokens) {
      batches.emplace_back();
      longest = data.lengths[i];
    }
    batches.back().push_back(i);
  }
  detail::BatchReader reader(data, batches);
  for (std::size_t i = 0; i < batches.size(); ++i) take(reader.next()().logits.tensor());
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
