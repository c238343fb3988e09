// The training loop, for any model: Trainer wraps it for one model's type.
#pragma once

#include <weft/models/training/streaming_metric.h>
#include <weft/nn/module.h>
#include <weft/optim/optimizer.h>
#include <weft/optim/schedule.h>
#include <weft/tensor/cross_entropy.h>

#include <concepts>
#include <functional>
#include <iosfwd>
#include <optional>

namespace weft {

// How a model did on some data. Metrics stand in the order of the trainer's.
struct Scores {
  double loss = 0;  // per target that counts
  std::vector<std::pair<std::string, double>> metrics;

  // Throws ValueError when there is no such metric.
  double metric(const std::string& name, Where where = Where::here()) const;
};

struct EpochRecord {
  int epoch = 0;  // from 1
  Scores train;   // over the epoch, while the weights changed
  std::optional<Scores> validation;
  double seconds = 0;
  double gradient_norm = 0;  // the largest before clipping
  std::int64_t tokens = 0;
};
using History = std::vector<EpochRecord>;

// One epoch as a line: "epoch 3/10  loss 0.41  accuracy 88.20  dev_loss 0.52  dev_accuracy 84.10  12.1 s  81000 tokens/s".
std::string to_string(const EpochRecord& record, int epochs);

struct FitOptions {
  int epochs = 10;
  std::int64_t batch_size = 32;
  std::uint64_t seed = 0;         // of the order of examples; parameters and dropout follow manual_seed
  double clip_norm = 0;           // 0: gradients are not clipped
  optim::Schedule schedule = {};  // per step of this fit(), as a factor on the optimizer's rate; unset: constant
  int patience = 0;               // stop after so many epochs without a better validation score; 0: never
  std::string monitor = "loss";   // the validation score that counts: "loss" (smaller is better) or a metric's name (larger)
  bool restore_best = true;       // end with the weights of the best epoch, however training ended; needs validation data
  std::ostream* log = nullptr;    // a line per epoch
  bool progress = true;           // a progress bar on standard error, when that is a terminal
  std::function<bool(const EpochRecord&)> on_epoch = {};  // called after each; false stops training

  // Throws ValueError for numbers out of range.
  void validate() const;
};

// Data as the loop sees it.
struct Task {
  std::vector<std::int64_t> lengths;  // of each example
  std::vector<std::int64_t> outputs;  // where a model has an output per token: how many are the example's own
  struct Output {
    Variable logits;
    Tensor targets;
  };
  std::function<Output(std::span<const std::size_t> indices)> forward;
};

// Takes logits and targets to one number, the mean over the targets that count: any function that does, or a loss of nn/loss.h.
// Floating targets count each, classes unless they are the ignored one; with class weights each counts with its own.
class Loss {
 public:
  template <std::invocable<const Variable&, const Tensor&> Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, Loss>) Loss(Function function)
      : function_(function), evaluation_(function) {
    if constexpr (requires { CrossEntropyOptions(function.options()); }) options_ = function.options();
    if constexpr (requires { function.for_evaluation(); }) evaluation_ = function.for_evaluation();
  }
  // What training minimizes.
  Variable operator()(const Variable& logits, const Tensor& targets) const { return function_(logits, targets); }
  // What a model is scored by: for_evaluation() of a loss that has it, such as nn::CrossEntropy.
  Variable evaluate(const Variable& logits, const Tensor& targets) const { return evaluation_(logits, targets); }
  // What the mean divides by.
  double weight(const Tensor& targets) const;
  // The same targets with kIgnored for those that do not count, as metrics know them.
  Tensor for_metrics(const Tensor& targets) const;

 private:
  std::function<Variable(const Variable&, const Tensor&)> function_, evaluation_;
  CrossEntropyOptions options_;
};

// Parameters whose paths begin with `prefix` are optimized with these options; the first group that fits counts.
struct ParameterGroup {
  std::string prefix;
  optim::GroupOptions options;
};

class TrainingLoop {
 public:
  // Throws ValueError for a group that fits no parameter.
  TrainingLoop(nn::Module& model, const optim::Optimizer& optimizer, Loss loss, Metrics metrics,
               const std::vector<ParameterGroup>& groups);

  // The optimizer's rate is at the end what it was before. Throws ValueError for options out of range, GradError when a loss is
  // NaN or infinite; the weights are then the best so far, or else those before the step.
  History fit(const Task& train, const Task* validation, const FitOptions& options);
  // Without training; batches of similar lengths. The batch size changes nothing but the rounding of the loss. Throws ValueError
  // when there are no examples.
  Scores evaluate(const Task& data, std::int64_t batch_size = 64);
  // Calls `take` with the logits of each batch, in the data's order.
  void predict(const Task& data, std::int64_t batch_size, const std::function<void(const Tensor& logits)>& take);

  optim::Optimizer& optimizer() { return *optimizer_; }

 private:
  struct Tally;
  EpochRecord run_epoch(const Task& train, const FitOptions& options, int epoch);
  double step(const Task::Output& output, Tally& tally, const FitOptions& options);
  void check_finite(const EpochRecord& record);

  nn::Module& model_;
  std::unique_ptr<optim::Optimizer> optimizer_;
  std::vector<Variable> parameters_;
  Loss loss_;
  Metrics metrics_;
  double base_rate_ = 0;         // what fit() began with
  std::int64_t first_step_ = 0;  // likewise
};

// [n, ..] tensors of one rank as one, along axis 0. Of three axes or more the second is time: row i keeps outputs[i] entries of
// it, and the rest, up to the longest part, is zero.
Tensor concat_padded(const std::vector<Tensor>& parts, const std::vector<std::int64_t>& outputs);

}  // namespace weft
