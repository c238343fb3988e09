#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/fused/cross_entropy.h>
#include <weft/tensor/kernels/cross_entropy.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>

#include <cmath>

namespace weft {

namespace {

using kernels::CrossEntropyKernel;
using kernels::LogitsRow;

// The examples of one call.
template <class T>
class Examples {
 public:
  Examples(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options)
      : logits_(contiguous(logits)),
        targets_(contiguous(targets)),
        weights_(options.class_weights.defined() ? contiguous(options.class_weights) : Tensor()),
        ignored_(options.ignore_index),
        smoothing_(options.label_smoothing),
        classes_(logits.shape().back()) {
    for (std::int64_t j = 0; j < classes_; ++j) weight_sum_ += static_cast<double>(weight(j));
  }

  std::int64_t count() const { return targets_.numel(); }
  std::int64_t classes() const { return classes_; }
  std::int64_t target(std::int64_t i) const { return targets_.data<std::int64_t>()[i]; }
  bool counts(std::int64_t i) const { return target(i) != ignored_; }
  T weight(std::int64_t j) const { return weights_.defined() ? weights_.data<T>()[j] : T(1); }
  LogitsRow<T> row(std::int64_t i) const {
    return {logits_.data<T>() + i * classes_, weights_.defined() ? weights_.data<T>() : nullptr, classes_};
  }
  // t_j = hit [j = target] + spread w_j, and the sum of all t_j.
  double hit(std::int64_t i) const { return (1 - smoothing_) * static_cast<double>(weight(target(i))); }
  double spread() const { return smoothing_ / static_cast<double>(classes_); }
  double weight_sum() const { return weight_sum_; }
  // The contribution of smoothing to the gradient with respect to the logit of class j, whose probability is p.
  double smoothed(std::int64_t j, double p) const { return spread() * (weight_sum_ * p - static_cast<double>(weight(j))); }
  double total(std::int64_t i) const { return hit(i) + spread() * weight_sum_; }

 private:
  Tensor logits_, targets_, weights_;
  std::int64_t ignored_;
  double smoothing_;
  std::int64_t classes_;
  double weight_sum_ = 0;
};

template <class T>
CrossEntropyResult forward(const Examples<T>& examples, const Shape& shape, Reduction reduction) {
  const std::int64_t count = examples.count();
  CrossEntropyResult result{Tensor(shape, dtype_of<T>()), Tensor({count}, dtype_of<T>()), Tensor({count}, dtype_of<T>())};
  T* losses = result.loss.template output<T>();
  T* largest = result.largest.template output<T>();
  T* log_total = result.log_total.template output<T>();
  const bool smooth = examples.spread() > 0;
  parallel_units(count, examples.classes(), [&](std::int64_t i) {
    losses[i] = largest[i] = log_total[i] = 0;
    if (!examples.counts(i)) return;
    const LogitsRow<T> row = examples.row(i);
    const auto sums = best<CrossEntropyKernel>([&](auto kernel) { return kernel.forward(row, smooth); });
    largest[i] = sums.largest;
    log_total[i] = sums.log_total;
    if (const T hit = static_cast<T>(examples.hit(i));
        hit != 0)  // otherwise an infinite loss of a class with weight 0 would give NaN
      losses[i] = hit * ((sums.largest - row.logits[examples.target(i)]) + sums.log_total);
    if (smooth)
      losses[i] += static_cast<T>(examples.spread()) * (sums.shortfall + static_cast<T>(examples.weight_sum()) * sums.log_total);
  });
  if (reduction == Reduction::none) return result;

  double loss = 0, weight = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if (!examples.counts(i)) continue;
    loss += static_cast<double>(losses[i]);
    weight += static_cast<double>(examples.weight(examples.target(i)));
  }
  if (reduction == Reduction::mean && weight != 0) result.divisor = weight;
  result.loss = Tensor(Shape(), dtype_of<T>());
  *result.loss.template output<T>() = static_cast<T>(loss / result.divisor);
  return result;
}

template <class T>
Tensor backward(const Examples<T>& examples, const CrossEntropyResult& forward, const Tensor& gradient, Tensor result) {
  const Tensor given = contiguous(gradient);
  const T* g = given.data<T>();
  const bool each = gradient.dims() > 0;
  parallel_units(examples.count(), examples.classes(), [&](std::int64_t i) {
    T* to = result.template output<T>() + i * examples.classes();
    if (!examples.counts(i)) return void(std::fill(to, to + examples.classes(), T(0)));
    const double scale = static_cast<double>(g[each ? i : 0]) / forward.divisor;
    const T largest = forward.largest.template data<T>()[i];
    const T log_total = forward.log_total.template data<T>()[i];
    const std::int64_t target = examples.target(i);
    const bool sure = log_total < T(0.5) && !(examples.row(i).logits[target] < largest);
    best<CrossEntropyKernel>([&](auto kernel) {
      kernel.backward(examples.row(i), largest, log_total, static_cast<T>(scale * examples.total(i)),
                      static_cast<T>(scale * examples.spread()), to);
    });
    if (!sure) return void(to[target] -= static_cast<T>(scale * examples.hit(i)));
    // If the probability is near 1, its difference from 1 has lost precision.
    const double less_one = std::expm1(-static_cast<double>(log_total));
    to[target] = static_cast<T>(scale * (examples.hit(i) * less_one + examples.smoothed(target, 1 + less_one)));
  });
  return result;
}

}  // namespace

void check_cross_entropy(const char* op, const char* scores, const Tensor& x, const Tensor& targets,
                         const CrossEntropyOptions& options, Where caller) {
  check_defined(op, x, caller);
  check<ValueError>(targets.defined(), caller, op, ": the targets are undefined");
  check<ShapeError>(x.dims() >= 1 && x.shape().back() >= 1, caller, op, ": ", scores, " must have shape [..., classes], not ",
                    x.shape());
  Shape examples = x.shape();
  examples.erase(x.dims() - 1);
  const std::int64_t classes = x.shape().back();
  check<DtypeError>(is_floating(x.dtype()), caller, op, ": ", scores, " must be f32 or f64, not ", x.dtype());
  check<DtypeError>(targets.dtype() == DType::i64, caller, op, ": targets must be i64, not ", targets.dtype());
  check<ShapeError>(targets.shape() == examples, caller, op, ": ", scores, " ", x.shape(), " require targets of shape ", examples,
                    ", not ", targets.shape());
  check<ValueError>(options.label_smoothing >= 0 && options.label_smoothing <= 1, caller, op, ": label smoothing is ",
                    options.label_smoothing, ", outside 0..1");
  if (const Tensor& weights = options.class_weights; weights.defined()) {
    check<ShapeError>(weights.shape() == Shape{classes}, caller, op, ": class weights must have shape [", classes, "], not ",
                      weights.shape());
    check<DtypeError>(weights.dtype() == x.dtype(), caller, op, ": class weights are ", weights.dtype(), ", but ", scores,
                      " are ", x.dtype());
  }
  const Tensor classes_of = contiguous(targets);
  for (std::int64_t i = 0; i < targets.numel(); ++i) {
    const std::int64_t target = classes_of.data<std::int64_t>()[i];
    check<IndexError>(target == options.ignore_index || (target >= 0 && target < classes), caller, op, ": target ", target,
                      " of example ", i, " is outside 0..", classes - 1);
  }
}

CrossEntropyResult cross_entropy_forward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                                         Where caller) {
  OpScope profile("cross_entropy", caller, logits, targets);
  check_cross_entropy("cross_entropy", "logits", logits, targets, options, caller);
  return visit_floating("cross_entropy", logits.dtype(), caller, [&](auto type) {
    return forward(Examples<decltype(type)>(logits, targets, options), targets.shape(), options.reduction);
  });
}

Tensor cross_entropy_backward(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options,
                              const CrossEntropyResult& result, const Tensor& gradient, Tensor into) {
  OpScope profile("cross_entropy_gradient", {}, logits, targets);
  if (!into.defined()) into = Tensor(logits.shape(), logits.dtype());
  return visit_floating("cross_entropy", logits.dtype(), {}, [&](auto type) {
    return backward(Examples<decltype(type)>(logits, targets, options), result, gradient, std::move(into));
  });
}

Tensor cross_entropy(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options, Where caller) {
  return cross_entropy_forward(logits, targets, options, caller).loss;
}

Tensor target_weights(const Tensor& targets, std::int64_t classes, DType dtype, const CrossEntropyOptions& options) {
  const Tensor nothing({targets.numel(), classes}, dtype);
  return visit_floating("target_weights", dtype, {}, [&](auto type) {
    using T = decltype(type);
    const Examples<T> examples(nothing, targets, options);
    Tensor result(nothing.shape(), dtype);
    for (std::int64_t i = 0; i < examples.count(); ++i) {
      T* to = result.template output<T>() + i * classes;
      for (std::int64_t j = 0; j < classes; ++j)
        to[j] = examples.counts(i) ? static_cast<T>(examples.spread()) * examples.weight(j) : T(0);
      if (examples.counts(i)) to[examples.target(i)] += static_cast<T>(examples.hit(i));
    }
    return result;
  });
}

}  // namespace weft
