#include <weft/autograd/grad_mode.h>
#include <weft/models/text/batches.h>
#include <weft/models/text/decimal.h>
#include <weft/models/training/batch_reader.h>
#include <weft/models/training/data.h>
#include <weft/models/training/fit.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/math.h>
#include <weft/tensor/suggestion.h>
#include <weft/tensor/views.h>

#include <algorithm>
#include <set>

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

void check_loss(const Variable& loss, const char* op, Where where) {
  check<ShapeError>(loss.defined() && loss.numel() == 1, where, op, ": the loss is ", loss.defined() ? "" : "undefined ",
                    loss.shape(), ", not one number, the mean over the targets");
}

namespace {
// "encoder.lstm" -> "encoder", "encoder.lstm"
std::vector<std::string> path_beginnings(nn::Module& model) {
  std::vector<std::string> all;
  for (nn::Parameter* parameter : model.parameters()) {
    const std::string& path = parameter->path();
    for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
      all.push_back(path.substr(0, dot));
    all.push_back(path);
  }
  return all;
}
}  // namespace

TrainingLoop::TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
                           const std::vector<ParameterGroup>& groups, Where where)
    : model_(model), optimizer_(optimizer.clone()), loss_(std::move(loss)), metrics_(std::move(metrics)) {
  const CallScope scope(where);
  std::set<std::string> paths;
  for (nn::Parameter* parameter : model.parameters())
    require<ValueError>(paths.insert(parameter->path()).second, "trainer: two parameters of the model are called \"",
                        parameter->path(), "\", so that one would not be saved");
  std::vector<std::vector<Variable>> grouped(groups.size() + 1);  // the last: all others
  for (nn::Parameter* parameter : model.parameters()) {
    auto fits = [&](const ParameterGroup& group) { return parameter->path().starts_with(group.prefix); };
    grouped[static_cast<std::size_t>(std::find_if(groups.begin(), groups.end(), fits) - groups.begin())].push_back(
        parameter->variable());
    parameters_.push_back(parameter->variable());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    require<ValueError>(!grouped[i].empty(), "trainer: no parameter's path begins with \"", groups[i].prefix, "\"",
                        did_you_mean(groups[i].prefix, path_beginnings(model)));
    optimizer_->add(grouped[i], groups[i].options);
    const optim::GroupOptions& own = groups[i].options;
    groups_["group " + groups[i].prefix] = "rate times " + text::decimal(own.learning_rate_scale) + ", decay " +
                                           (own.weight_decay ? text::decimal(*own.weight_decay) : "as others");
  }
  optimizer_->add(grouped.back());
}

History TrainingLoop::fit(const Task& train, const Task* validation, const FitOptions& options, Where where) {
  FitOptions own = options;
  own.checkpoint.identity.insert(groups_.begin(), groups_.end());
  detail::Fit fit({model_, *optimizer_, parameters_, loss_, metrics_,
                   [this, where](const Task& data) { return evaluate(data, 64, where); }, where},
                  train, validation, own);
  struct Fitting {
    bool& flag;
    explicit Fitting(bool& flag) : flag(flag) { flag = true; }
    ~Fitting() { flag = false; }
  } fitting(fitting_);
  return fit.run();
}

namespace {
// Of a batch that is scored, with its padding: one long example does not pad many short ones.
constexpr std::int64_t kMostTokens = 1 << 16;
}  // namespace

Scores TrainingLoop::evaluate(const Task& data, std::int64_t batch_size, Where where) {
  check<ValueError>(!data.lengths.empty(), where, "evaluate: there are no examples");
  check<ValueError>(batch_size >= 1, where, "evaluate: batch_size is ", batch_size, ", not at least 1");
  NoGrad no_grad;
  bool training = model_.training();
  model_.eval();
  std::vector<std::vector<double>> before;  // of an epoch that is under way
  for (const auto& metric : metrics_) before.push_back(fitting_ ? metric->state() : std::vector<double>());
  Tally tally(loss_, metrics_);
  const auto batches =
      text::batches_by_length(data.lengths, {.batch_size = static_cast<std::size_t>(batch_size), .most_tokens = kMostTokens});
  detail::BatchReader reader(data, batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    Task::Output output = reader.next()();
    const Variable loss = loss_.evaluate(output.logits, output.targets, where);
    check_loss(loss, "evaluate", where);
    const CallScope scope(where);
    tally.add(loss.item(), output);
  }
  model_.train(training);
  Scores scores = tally.scores();
  for (std::size_t i = 0; fitting_ && i < metrics_.size(); ++i) {
    metrics_[i]->reset();
    if (!before[i].empty()) metrics_[i]->set_state(before[i]);
  }
  return scores;
}

void TrainingLoop::predict(const Task& data, std::int64_t batch_size, const std::function<void(const Tensor& logits)>& take,
                           Where where) {
  check<ValueError>(batch_size >= 1, where, "predict: batch_size is ", batch_size, ", not at least 1");
  NoGrad no_grad;
  bool training = model_.training();
  model_.eval();
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
