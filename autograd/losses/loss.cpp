#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/losses/detail/loss_ops.h>
#include <weft/autograd/losses/loss.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

namespace weft {

namespace {

void check_alike(const char* op, const Variable& prediction, const Variable& target, Where caller) {
  check_defined(op, "prediction", prediction.tensor(), caller);
  check_defined(op, "target", target.tensor(), caller);
  check<ShapeError>(prediction.shape() == target.shape(), caller, op, ": the prediction is ", prediction.shape(), ", the target ",
                    target.shape());
  check<DtypeError>(is_floating(prediction.dtype()) && prediction.dtype() == target.dtype(), caller, op,
                    ": expected one floating dtype, the prediction is ", prediction.dtype(), ", the target ", target.dtype());
}

// The log of a probability p, and of 1 - p, held at -100 or above. Their gradients 1 / p and -1 / (1 - p) are held too: a
// probability of 0 that counts nothing gives 0.
Variable bounded_log(const Variable& p, Where caller) {
  return record(
      "binary_cross_entropy", caller, {p}, maximum(log(p.tensor()), -100), {.inputs = kAll},
      per_example(examples::SameOrder(), [](const Backward& b) -> Variables { return {b.grad() / maximum(b.input(), 1e-12)}; }));
}
Variable bounded_log_of_rest(const Variable& p, Where caller) {
  return record("binary_cross_entropy", caller, {p}, maximum(log1p(-p.tensor()), -100), {.inputs = kAll},
                per_example(examples::SameOrder(),
                            [](const Backward& b) -> Variables { return {-b.grad() / maximum(1 - b.input(), 1e-12)}; }));
}

Variable reduced(const Variable& losses, Reduction reduction) {
  if (reduction == Reduction::none) return losses;
  return reduction == Reduction::sum ? sum(losses) : mean(losses);
}

// nll_loss of arguments that were checked.
Variable weighted_loss(const Variable& log_probabilities, const Tensor& targets, const CrossEntropyOptions& options) {
  const Shape& shape = log_probabilities.shape();
  const Tensor weights = reshape(target_weights(targets, shape.back(), log_probabilities.dtype(), options), shape);
  // A class without weight may have probability 0.
  Variable losses = sum(where(weights != 0, log_probabilities * -weights, 0), {-1});
  if (options.reduction == Reduction::none) return losses;
  CrossEntropyOptions plain = options;
  plain.label_smoothing = 0;
  const Tensor counted = target_weights(targets, shape.back(), log_probabilities.dtype(), plain);
  double divisor = options.reduction == Reduction::sum ? 1 : sum(cast(counted, DType::f64)).item();
  return divisor == 0 ? sum(losses) : sum(losses) / divisor;
}

}  // namespace

Variable mse_loss(const Variable& prediction, const Variable& target, Reduction reduction, Where caller) {
  check_alike("mse_loss", prediction, target, caller);
  const CallScope scope(caller);
  return reduced(square(prediction - target), reduction);
}

Variable binary_cross_entropy(const Variable& probabilities, const Variable& target, Reduction reduction, Where caller) {
  check_alike("binary_cross_entropy", probabilities, target, caller);
  const CallScope scope(caller);
  return -reduced(target * bounded_log(probabilities, caller) + (1 - target) * bounded_log_of_rest(probabilities, caller),
                  reduction);
}

Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target, Reduction reduction, Where caller) {
  check_alike("binary_cross_entropy_with_logits", logits, target, caller);
  const CallScope scope(caller);
  return reduced(logits_loss_op(logits, target, caller), reduction);
}

Variable nll_loss(const Variable& log_probabilities, const Tensor& targets, const CrossEntropyOptions& options, Where caller) {
  check_cross_entropy("nll_loss", "log-probabilities", log_probabilities.tensor(), targets, options, caller);
  const CallScope scope(caller);
  return weighted_loss(log_probabilities, targets, options);
}

Variable kl_div_loss(const Variable& log_probabilities, const Variable& target, Reduction reduction, Where caller) {
  check_alike("kl_div_loss", log_probabilities, target, caller);
  check<ShapeError>(target.dims() > 0, caller, "kl_div_loss: expected distributions [.., classes], got ", target.shape());
  const CallScope scope(caller);
  const Tensor counts = target.tensor() != 0;
  const Variable difference = log(where(counts, target, 1)) - where(counts, log_probabilities, 0);
  return reduced(sum(target * difference, {-1}), reduction);
}

Variable cross_entropy_from_probabilities(const Variable& probabilities, const Tensor& targets,
                                          const CrossEntropyOptions& options, Where caller) {
  check_cross_entropy("cross_entropy_from_probabilities", "probabilities", probabilities.tensor(), targets, options, caller);
  const CallScope scope(caller);
  // Ignored examples have no effect, whatever their values.
  const Tensor counted = not_equal(unsqueeze(targets, -1), tensor(std::vector{options.ignore_index}));
  const bool all_count = sum(counted).item() == static_cast<double>(counted.numel());
  const Variable own = all_count ? probabilities : where(counted, probabilities, 0);
  Variable total = sum(own, {-1}, true);
  // Rows of zeros, as softmax gives where everything is masked, stay zeros.
  total = where(total.tensor() != 0, total, 1);
  return weighted_loss(log(clamp(own / total, 1e-7, 1 - 1e-7)), targets, options);
}

}  // namespace weft
