#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/models/training/data.h>
#include <weft/models/training/loss.h>
#include <weft/tensor/arithmetic/example_draws.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <cmath>

namespace weft {

Variable Loss::terms(const Variable& logits, const Tensor& targets, Where caller) const {
  if (each_) {
    if (!checked_) check_sum(logits, targets, caller);
    return each_scaled(logits, targets, caller);
  }
  const Variable mean = function_(logits, targets, caller);
  detail::check_loss(mean, "fit", caller);
  return mean * weight(targets);
}

Variable Loss::each_scaled(const Variable& logits, const Tensor& targets, Where caller) const {
  const Variable losses = each_(logits, targets, caller);
  check<ShapeError>(losses.defined(), caller, "fit: the loss with Reduction::none is undefined");
  if (!is_floating(targets.dtype())) {
    // Of one number for several targets, nobody knows how many of them count in the mean.
    check<ShapeError>(losses.shape() == targets.shape(), caller, "fit: the loss with Reduction::none has the shape ",
                      losses.shape(), ", not that of the class targets, ", targets.shape(), ", one number for each");
    return losses;
  }
  if (losses.numel() == 0 || losses.numel() == targets.numel()) return losses;
  // Each floating element is a target that counts, but a row of them may have one loss.
  return losses * (weight(targets) / static_cast<double>(losses.numel()));
}

// Compares the sum with the mean once, for which both draw the same random numbers, and no others change.
void Loss::check_sum(const Variable& logits, const Tensor& targets, Where caller) const {
  constexpr double kRounding = 1e-3;  // of f32, of which a user's own sum may have much; another mean differs by more
  const NoGrad no_grad;
  const auto with_draws = [&](auto function) {
    const ExampleDraws draws(0, 0, targets.dims() > 0 ? targets.shape()[0] : 1, caller);
    return function();
  };
  const Variable each = with_draws([&] { return each_scaled(logits, targets, caller); });
  const Variable mean = with_draws([&] { return function_(logits, targets, caller); });
  detail::check_loss(mean, "fit", caller);
  const Tensor numbers = contiguous(cast(each.tensor(), DType::f64));
  double sum = 0, size = 0;
  for (double number : numbers.span<double>()) sum += number, size += std::abs(number);
  const double by = weight(targets), expected = mean.item() * by;
  if (by == 0 || !std::isfinite(size) || !std::isfinite(expected)) return;  // says nothing
  check<ValueError>(std::abs(sum - expected) <= kRounding * size, caller, "fit: the loss is ", mean.item(),
                    ", but the mean of its numbers with Reduction::none, by weight, is ", sum / by);
  checked_ = true;
}

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

void detail::check_loss(const Variable& loss, const char* op, Where caller) {
  check<ShapeError>(loss.defined() && loss.numel() == 1, caller, op, ": the loss is ", describe(loss.tensor()),
                    ", not one number, the mean over the targets");
}

}  // namespace weft
