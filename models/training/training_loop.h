// The training loop, for any model: Trainer wraps it for one model's type.
#pragma once

#include <weft/models/training/fit_options.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/nn/module/module.h>
#include <weft/optim/optimizer.h>
#include <weft/tensor/fused/cross_entropy.h>
#include <weft/tensor/fused/softmax.h>

#include <concepts>
#include <map>
#include <string>

namespace weft {

// Data in the form that the loop uses.
struct Task {
  std::vector<std::int64_t> lengths;  // of each example
  std::vector<std::int64_t> tokens;   // of each example, for the speed; empty: the lengths
  std::vector<std::int64_t> outputs;  // for a model with one output per token: how many belong to the example
  struct Output {
    Variable logits;
    Tensor targets;
    Variable extra_loss = {};  // see ModelOutput
  };
  // Runs the model on a batch that has been read; may be called several times.
  using Forward = std::function<Output()>;
  std::function<Forward(std::span<const std::size_t> indices)> read;
  bool read_ahead = false;                          // see Data
  std::function<std::uint64_t()> fingerprint = {};  // of the data; takes long
};

// Maps logits and targets to one number, the mean over the targets that count: any such function, or a loss of nn/layers/loss.h.
// All floating targets count; class targets count unless they equal the ignored index. With class weights, each target counts
// with the weight of its class.
class Loss {
 public:
  template <std::invocable<const Variable&, const Tensor&> Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, Loss>) Loss(Function function)
      : function_(with_line(function)), evaluation_(function_) {
    if constexpr (requires { CrossEntropyOptions(function.options()); }) options_ = function.options();
    if constexpr (requires { function.for_evaluation(); }) evaluation_ = with_line(function.for_evaluation());
    if constexpr (requires { function.predictions(Tensor()); })
      predictions_ = [function](const Tensor& outputs) { return function.predictions(outputs); };
  }
  // The loss that training minimizes. If the loss takes a Where as its last argument, as those of nn/layers/loss.h do, its errors
  // name `caller`.
  Variable operator()(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const {
    return function_(logits, targets, caller);
  }
  // The loss used for evaluation: for_evaluation() if the loss has it, as nn::CrossEntropy does, otherwise the same.
  Variable evaluate(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const {
    return evaluation_(logits, targets, caller);
  }
  // Returns the predictions of a model with these outputs: predictions() if the loss has it, as nn::MSE does, otherwise their
  // softmax.
  Tensor predictions(const Tensor& outputs) const { return predictions_ ? predictions_(outputs) : softmax(outputs); }
  // The divisor of the mean.
  double weight(const Tensor& targets) const;
  // Returns the targets with kIgnored for those that do not count, as metrics expect.
  Tensor for_metrics(const Tensor& targets) const;
  // Throws ValueError for a loss of nn/layers/loss.h that is a sum or one number per target; the error names `op`.
  void check_reduction(const char* op, Where caller) const;

 private:
  using Call = std::function<Variable(const Variable&, const Tensor&, Where)>;
  template <class Function>
  static Call with_line(Function function) {
    if constexpr (std::invocable<Function, const Variable&, const Tensor&, Where>)
      return function;
    else
      return [function](const Variable& logits, const Tensor& targets, Where) { return function(logits, targets); };
  }

  Call function_, evaluation_;
  std::function<Tensor(const Tensor&)> predictions_;
  CrossEntropyOptions options_;
};

// Parameters whose paths begin with `prefix` are optimized with these options; the first group that matches applies.
struct ParameterGroup {
  std::string prefix;
  optim::GroupOptions options;
};

class TrainingLoop {
 public:
  // Throws ValueError for a group that matches no parameter.
  TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
               const std::vector<ParameterGroup>& groups, Where caller = Where::here());

  // Restores the optimizer's rate at the end. Throws ValueError for options out of range and for a checkpoint of another
  // training, GradError if a loss is NaN or infinite; the weights are then the best so far, or if there are none those before the
  // step.
  History fit(const Task& train, const Task* validation, const FitOptions& options, Where caller = Where::here());
  // Evaluates without training, in batches of similar lengths. The batch size changes only the rounding of the loss. Throws
  // ValueError if there are no examples.
  Scores evaluate(const Task& data, std::int64_t batch_size = 64, Where caller = Where::here());
  // Calls `take` with the logits of each batch, in the data's order.
  void predict(const Task& data, std::int64_t batch_size, const std::function<void(const Tensor& logits)>& take,
               Where caller = Where::here());

  const Loss& loss() const { return loss_; }
  optim::Optimizer& optimizer() { return *optimizer_; }

 private:
  nn::Module& model_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::vector<Variable> parameters_;
  std::map<std::string, std::string> groups_;  // a part of a checkpoint's identity
  Loss loss_;
  Metrics metrics_;
  bool fitting_ = false;
};

// Throws ShapeError unless the loss is one number.
void check_loss(const Variable& loss, const char* op, Where caller);

// Concatenates [n, ..] tensors of one rank along axis 0. With three axes or more the second is time: row i keeps outputs[i]
// entries of it, and the rest, up to the longest part, is zero.
Tensor concat_padded(const std::vector<Tensor>& parts, const std::vector<std::int64_t>& outputs);

}  // namespace weft
