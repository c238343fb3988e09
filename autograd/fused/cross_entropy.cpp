#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/reduction/reduce.h>

#include <utility>

namespace weft {

namespace {

// The part of the t_ij of targets (smoothing 0), or of what is spread over all classes (smoothing 1).
Tensor share_of_targets(const Tensor& targets, std::int64_t classes, DType dtype, CrossEntropyOptions options, double smoothing) {
  const double share = smoothing == 0 ? 1 - options.label_smoothing : options.label_smoothing;
  options.label_smoothing = smoothing;
  return target_weights(targets, classes, dtype, options) * share;
}

CrossEntropyOptions without_class_weights(CrossEntropyOptions options) {
  options.class_weights = Tensor();
  return options;
}

// With t as in tensor/fused/cross_entropy.h: dlogits_ij = g_i (softmax(logits)_ij sum_k t_ik - t_ij) / divisor.
Variable differentiable(const Backward& b, const CrossEntropyOptions& options, double divisor) {
  const Variable logits = b.input(0);
  const Tensor targets = b.input(1).tensor();
  const std::int64_t classes = logits.shape().back();
  // The t_ij of the targets, and what smoothing spreads: [examples, classes] each.
  const Tensor hits = share_of_targets(targets, classes, logits.dtype(), options, 0);
  const Tensor spread = share_of_targets(targets, classes, logits.dtype(), options, 1);
  const Tensor total = sum(hits, -1, true);  // [examples, 1]
  // Ignored examples contribute nothing, whatever their logits and the gradients of their losses are.
  const Tensor counted = not_equal(reshape(targets, total.shape()), tensor(std::vector{options.ignore_index}));
  const Variable x = where(counted, reshape(logits, hits.shape()), 0.0), probabilities = softmax(x);
  // The probability of a target minus 1, computed without cancellation when it is near 0.
  const Variable share = where(hits != 0, expm1(log_softmax(x)), probabilities) * total;
  const Variable smoothed = probabilities * sum(spread, -1, true) - spread;
  const Variable g = options.reduction == Reduction::none ? where(counted, reshape(b.grad(), total.shape()), 0.0) : b.grad();
  return reshape((share + smoothed) * (g / divisor), logits.shape());
}

// The targets have the examples as first axis, and so have the logits. A mean is divided by a number that depends on all
// examples.
struct LossFlow {
  Reduction reduction;

  ExampleLayout operator()(const ExampleFlow& flow) const {
    const bool first = flow.input[0] == flow.examples && flow.input.dims() > 1;
    if (flow.is(ExampleLayout::Kind::total) ? reduction == Reduction::sum && first
                                            : first && flow.layout.first(flow.output, flow.examples))
      return ExampleLayout::apart(1, true);
    return ExampleLayout::mixed();
  }
};

}  // namespace

Variable cross_entropy(const Variable& logits, const Tensor& targets, const CrossEntropyOptions& options, Where caller) {
  CrossEntropyResult result = cross_entropy_forward(logits.tensor(), targets, options, caller);
  const Tensor loss = std::exchange(result.loss, Tensor());
  // The class weights are an input, so that writing to them before the backward pass is noticed.
  const auto all_options = [plain = without_class_weights(options)](const Backward& b) {
    CrossEntropyOptions options = plain;
    options.class_weights = b.input(2).tensor();
    return options;
  };
  const auto kernel = [all_options, result](const Backward& b) -> Variables {
    Tensor reused = b.reusable_input(0);
    return {cross_entropy_backward(b.input(0).tensor(), b.input(1).tensor(), all_options(b), result, b.grad().tensor(),
                                   std::move(reused)),
            {},
            {}};
  };
  const auto rule = [all_options, divisor = result.divisor](const Backward& b) -> Variables {
    return {differentiable(b, all_options(b), divisor), {}, {}};
  };
  return record_fused("cross_entropy", caller, {logits, targets, options.class_weights}, loss, {.inputs = kAll}, kernel, rule,
                      LossFlow{options.reduction});
}

}  // namespace weft
