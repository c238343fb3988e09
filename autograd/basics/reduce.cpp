#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/detail/promote.h>

#include <cmath>
#include <limits>

namespace weft {

namespace {

// The shapes of one reduction: of x, and of the result with the reduced axes kept.
struct Shapes {
  unsigned mask;
  Shape whole, kept;

  Shapes(const char* op, const Variable& x, const Axes& axes, Where caller)
      : mask(axis_mask(op, axes, x.tensor(), caller)), whole(x.shape()), kept(reduced_shape(x.shape(), mask, true)) {}

  // Repeats a result to the shape of x.
  Variable spread(const Variable& result) const { return expand(reshape(result, kept), whole); }
};

// The gradient goes to the chosen elements and is zero elsewhere; it is NaN for all elements if one of them is NaN.
Variable choose(const char* op, const Variable& x, const Axes& axes, bool keepdim, const Extremes& chosen, Where caller) {
  const Shapes shapes(op, x, axes, caller);
  const auto rule = [shapes, positions = chosen.indices](const Backward& b) -> Variables {
    const Variable g = where(position_mask(positions, shapes.whole, shapes.mask), shapes.spread(b.grad()), 0.0);
    const Tensor& y = b.output_tensor();
    if (is_finite(y)) return {g};
    const Tensor unknown = expand(reshape(not_equal(y, y), shapes.kept), shapes.whole);
    return {where(unknown, std::numeric_limits<double>::quiet_NaN(), g)};
  };
  return record(op, caller, {x}, chosen.values, {.outputs = kAll},
                per_example(examples::RemovedAxes{shapes.mask, keepdim}, rule));
}

// |x / y|^(p-1) where x / y underflowed, 1 elsewhere.
Variable slope_of_lost(const Tensor& lost, const Variable& x, const Variable& y, double p) {
  const Variable own = pow(where(lost, abs(x), 1.0), p - 1), whole = pow(where(lost, y, 1.0), std::abs(p - 1));
  return p < 1 ? own * whole : own / whole;
}

}  // namespace

// y = sum_i x_i, so each x_i gets y's gradient.
Variable sum(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("sum", x.tensor(), caller);
  const Shapes shapes("sum", x, axes, caller);
  return record("sum", caller, {x}, sum(x.tensor(), axes, keepdim, caller), {},
                per_example(examples::RemovedAxes{shapes.mask, keepdim, true},
                            [shapes](const Backward& b) -> Variables { return {shapes.spread(b.grad())}; }));
}

Variable sum_to(const Variable& x, const Shape& shape, Where caller) {
  check_defined("sum_to", x.tensor(), caller);
  return record("sum_to", caller, {x}, sum_to(x.tensor(), shape, caller), {},
                [shape = x.shape()](const Backward& b) -> Variables { return {expand(b.grad(), shape)}; });
}

Variable mean(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("mean", x.tensor(), caller);
  const double count = static_cast<double>(reduced_count(x.shape(), axis_mask("mean", axes, x.tensor(), caller)));
  const Shapes shapes("mean", x, axes, caller);
  return record("mean", caller, {x}, mean(x.tensor(), axes, keepdim, caller), {},
                per_example(examples::RemovedAxes{shapes.mask, keepdim},
                            [shapes, count](const Backward& b) -> Variables { return {shapes.spread(b.grad() / count)}; }));
}

// y = sum_t w_t x_t with w_t = 1 / length inside the length, otherwise 0.
Variable mean(const Variable& x, const Tensor& lengths, Where caller) {
  check_defined("mean", x.tensor(), caller);
  const auto rule = [shape = x.shape(), dtype = x.dtype()](const Backward& b) -> Variables {
    const Tensor weights = mean_weights(b.input(1).tensor(), shape[1], shape.dims(), dtype);
    return {unsqueeze(b.grad(), 1) * Variable(weights), Variable()};
  };
  return record("mean", caller, {x, lengths}, mean(x.tensor(), lengths, caller), {.inputs = 0b10},
                per_example(examples::FirstAxis(), rule));
}

Variable max(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("max", x.tensor(), caller);
  return choose("max", x, axes, keepdim, max_with_indices(x.tensor(), axes, keepdim, caller), caller);
}

Variable min(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("min", x.tensor(), caller);
  return choose("min", x, axes, keepdim, min_with_indices(x.tensor(), axes, keepdim, caller), caller);
}

// dy/dx_i = exp(x_i - y) / sum_k exp(x_k - y), where the sum is 1 except for the rounding of y. Where y is inf: 1 for each x_i =
// inf, otherwise 0. Where y is -inf: 0. Where y is NaN: NaN.
Variable logsumexp(const Variable& x, const Axes& axes, bool keepdim, Where caller) {
  check_defined("logsumexp", x.tensor(), caller);
  const Shapes shapes("logsumexp", x, axes, caller);
  const auto rule = [shapes, axes, keepdim](const Backward& b) -> Variables {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const Tensor y = b.output_tensor(), shift = where(abs(y) == infinity, 0.0, y);
    const Variable x = b.input(), shares = exp(x - shapes.spread(shift)), total = sum(shares, axes, keepdim);
    const Variable g = b.grad() / where(total.tensor() == 0, 1.0, total);
    if (is_finite(y)) return {shapes.spread(g) * shares};
    const Tensor whole = shapes.spread(y).tensor(), top = cast(x.tensor() == infinity, x.dtype());
    return {where(whole == infinity, shapes.spread(b.grad()) * top, shapes.spread(g) * shares)};
  };
  return record("logsumexp", caller, {x}, logsumexp(x.tensor(), axes, keepdim, caller), {.inputs = kAll, .outputs = kAll},
                per_example(examples::RemovedAxes{shapes.mask, keepdim}, rule));
}

// x minus its mean: a projection, which is its own gradient.
Variable centered(const Variable& x, const Axes& axes, Where caller) {
  return record("centered", caller, {x}, deviations(x.tensor(), axes, caller).apart, {},
                [axes](const Backward& b) -> Variables { return {centered(b.grad(), axes)}; });
}

// dy/dx_i = 2 (x_i - mean) / (count - correction).
Variable var(const Variable& x, const Axes& axes, double correction, bool keepdim, Where caller) {
  check_defined("var", x.tensor(), caller);
  const double count = static_cast<double>(reduced_count(x.shape(), axis_mask("var", axes, x.tensor(), caller)));
  const double factor = 2 / std::max(count - correction, 0.0);
  const Shapes shapes("var", x, axes, caller);
  const auto rule = [shapes, axes, factor](const Backward& b) -> Variables {
    return {shapes.spread(b.grad() * factor) * centered(b.input(), axes)};
  };
  return record("var", caller, {x}, var(x.tensor(), axes, correction, keepdim, caller), {.inputs = kAll},
                per_example(examples::RemovedAxes{shapes.mask, keepdim}, rule));
}

// dy/dx_i = sign(x_i) |x_i / y|^(p-1), and 0 where x_i or y is 0.
Variable norm(const Variable& x, const Axes& axes, double p, bool keepdim, Where caller) {
  check_defined("norm", x.tensor(), caller);
  if (std::isinf(p)) {
    const Variable size = abs(cast(x, real_type(x.dtype()), caller), caller);
    return p > 0 ? max(size, axes, keepdim, caller) : min(size, axes, keepdim, caller);
  }
  if (p == 0)  // the result counts elements, so its gradient is 0
    return record("norm", caller, {x}, norm(x.tensor(), axes, p, keepdim, caller), {},
                  [](const Backward&) -> Variables { return {Variable()}; });
  return record("norm", caller, {x}, norm(x.tensor(), axes, p, keepdim, caller), {.inputs = kAll, .outputs = kAll},
                [shapes = Shapes("norm", x, axes, caller), p](const Backward& b) -> Variables {
                  const Variable x = b.input(), y = b.output();
                  if (p == 1) {
                    const Tensor &number = x.tensor(), sign = where(number > 0, 1.0, where(number < 0, -1.0, number));
                    return {shapes.spread(b.grad()) * sign};
                  }
                  const Tensor zero = y.tensor() == 0;
                  const Variable size = shapes.spread(where(zero, 1.0, y)), ratio = x / size;
                  const Variable g = shapes.spread(where(zero, 0.0, b.grad()));
                  if (p == 2) return {g * ratio};
                  const Tensor &number = x.tensor(), none = ratio.tensor() == 0;
                  const Variable share = abs(where(none, 1.0, ratio));
                  // The power of p - 2 would overflow for small p.
                  const auto with_sign = [&] { return where(number < 0, -g, g); };
                  const Variable slope =
                      p < 1 ? with_sign() * where(none, 0.0, pow(share, p - 1)) : g * ratio * pow(share, p - 2);
                  if (p > 2 || equal_bits(none, number == 0)) return {slope};
                  // The product treats denormals as 0, as the quotient and pow do.
                  const Tensor lost = none != (number * 1.0 == 0);
                  return {where(lost, with_sign() * slope_of_lost(lost, x, size, p), slope)};
                });
}

}  // namespace weft
