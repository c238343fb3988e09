// Loss: what training minimizes, as a value.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/fused/cross_entropy.h>
#include <weft/tensor/fused/softmax.h>

#include <concepts>
#include <functional>
#include <type_traits>

namespace weft {

// Maps logits and targets to one number, the mean over the targets that count: any such function, or a loss of nn/layers/loss.h.
// All floating targets count; class targets count unless they equal the ignored index. With class weights, each target counts
// with the weight of its class.
//
// A loss of your own may have these members, as those of nn/layers/loss.h do:
//   - with_reduction(Reduction::none) returns the same loss with one number for each class target, or for each floating target,
//     row or example, [batch, ..], instead of the mean of these numbers. Targets that do not count have 0, class weights are
//     multiplied in. With FitOptions::shards several shards can then run in one graph, see terms().
//   - reduction: training refuses a loss for which it is not Reduction::mean.
//   - options() returns CrossEntropyOptions, with the ignored index and the class weights.
//   - for_evaluation() returns the loss that evaluates a model, predictions(outputs) a model's predictions.
class Loss {
 public:
  template <std::invocable<const Variable&, const Tensor&> Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, Loss>) Loss(Function function)
      : function_(with_line(function)), evaluation_(function_) {
    if constexpr (requires { function.with_reduction(Reduction::none); })
      each_ = with_line(function.with_reduction(Reduction::none));
    if constexpr (requires { CrossEntropyOptions(function.options()); }) options_ = function.options();
    if constexpr (requires {
                    { function.reduction } -> std::convertible_to<Reduction>;
                  })
      options_.reduction = function.reduction;
    if constexpr (requires { function.for_evaluation(); }) evaluation_ = with_line(function.for_evaluation());
    if constexpr (requires { function.predictions(Tensor()); })
      predictions_ = [function](const Tensor& outputs) { return function.predictions(outputs); };
  }
  // The loss that training minimizes. If the loss takes a Where as its last argument, as those of nn/layers/loss.h do, its errors
  // name `caller`.
  Variable operator()(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const {
    return function_(logits, targets, caller);
  }
  // The same as a sum to be divided by weight(targets): with_reduction(), [batch, ..], if the loss has it, otherwise the mean
  // times the weight. Throws ShapeError if with_reduction() gives class targets another shape than theirs. The first call throws
  // ValueError if the loss is not the mean of these numbers, by weight; no other thread may use the loss meanwhile.
  Variable terms(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const;
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

  Variable each_scaled(const Variable& logits, const Tensor& targets, Where caller) const;
  void check_sum(const Variable& logits, const Tensor& targets, Where caller) const;

  Call function_, evaluation_, each_;
  std::function<Tensor(const Tensor&)> predictions_;
  CrossEntropyOptions options_;
  mutable bool checked_ = false;  // by check_sum()
};

namespace detail {
// Throws ShapeError unless the loss is one number.
void check_loss(const Variable& loss, const char* op, Where caller);
}  // namespace detail

}  // namespace weft
