#include <weft/autograd/loss.h>
#include <weft/autograd/math.h>
#include <weft/autograd/reduce.h>
#include <weft/autograd/views.h>
#include <weft/tensor/create.h>

namespace weft {

namespace {

void check_same_shape(const char* op, const Variable& a, const Variable& b, Where where) {
  check<ShapeError>(a.shape() == b.shape(), where, op, ": the prediction is ", a.shape(), ", the target ", b.shape());
}

}  // namespace

Variable mse_loss(const Variable& prediction, const Variable& target, Where where) {
  check_same_shape("mse_loss", prediction, target, where);
  return mean(square(prediction - target));
}

Variable binary_cross_entropy(const Variable& probabilities, const Variable& target, Where where) {
  check_same_shape("binary_cross_entropy", probabilities, target, where);
  auto bounded_log = [](const Variable& p) { return maximum(log(p), -100); };
  return -mean(target * bounded_log(probabilities) + (1 - target) * bounded_log(1 - probabilities));
}

Variable binary_cross_entropy_with_logits(const Variable& logits, const Variable& target, Where where) {
  check_same_shape("binary_cross_entropy_with_logits", logits, target, where);
  return mean(softplus(logits) - logits * target);
}

Variable nll_loss(const Variable& log_probabilities, const Tensor& targets, const CrossEntropyOptions& options, Where where) {
  const Shape& shape = log_probabilities.shape();
  check<ShapeError>(shape.dims() >= 1, where, "nll_loss: takes [.., classes], not ", shape);
  Shape expected = shape;
  expected.erase(expected.dims() - 1);
  check<ShapeError>(targets.shape() == expected, where, "nll_loss: the predictions are ", shape, ", the targets ",
                    targets.shape());
  std::int64_t classes = shape.back();
  Tensor weights = reshape(target_weights(targets, classes, log_probabilities.dtype(), options), shape);
  Variable losses = -sum(log_probabilities * weights, {-1});
  if (options.reduction == Reduction::none) return losses;
  CrossEntropyOptions plain = options;
  plain.label_smoothing = 0;
  double divisor = options.reduction == Reduction::sum ? 1 : sum(target_weights(targets, classes, DType::f64, plain)).item();
  return divisor == 0 ? sum(losses) : sum(losses) / divisor;
}

Variable cross_entropy_from_probabilities(const Variable& probabilities, const Tensor& targets,
                                          const CrossEntropyOptions& options, Where where) {
  Variable scaled = probabilities / sum(probabilities, {-1}, true);
  return nll_loss(log(clamp(scaled, 1e-7, 1 - 1e-7)), targets, options, where);
}

}  // namespace weft
