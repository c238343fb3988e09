#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/engine/fused.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/detail/scalar_axis.h>

namespace weft {

namespace {

constexpr Save kSave{.inputs = 0b10, .outputs = kAll};  // what counts, and the result

// x where it counts, and 0 elsewhere, whatever x is there.
Variable masked_part(const Variable& x, const Tensor& mask) {
  return mask.defined() ? where(softmax_mask(mask, x.shape()), x, 0.0) : x;
}

// dx_i = y_i (g_i - sum_j y_j g_j), where i and j count.
Variables softmax_rule(const Backward& b) {
  const Variable y = b.output();
  const Tensor mask = b.input(1).tensor();
  const Variable own = masked_part(b.grad(), mask);
  return {masked_part(y * (own - sum(y * own, -1, true)), mask), {}};
}

// dx_i = g_i - exp(y_i) sum_j g_j, where i and j count. In rows that are all -inf, none do.
Variables log_softmax_rule(const Backward& b) {
  const Variable y = b.output();
  const Variable own = where(y.tensor() > kMaskedLogProbability / 2, b.grad(), 0.0);
  return {masked_part(own - exp(y) * sum(own, -1, true), b.input(1).tensor()), {}};
}

Variable record_softmax(const Variable& x, const Tensor& mask, Where caller) {
  const auto kernel = [](const Backward& b) -> Variables {
    return {softmax_gradient(b.output_tensor(), b.grad().tensor(), b.input(1).tensor()), {}};
  };
  return record_fused("softmax", caller, {x, mask}, softmax(x.tensor(), mask, caller), kSave, kernel, softmax_rule,
                      examples::Blocks());
}
Variable record_log_softmax(const Variable& x, const Tensor& mask, Where caller) {
  const auto kernel = [](const Backward& b) -> Variables {
    return {log_softmax_gradient(b.output_tensor(), b.grad().tensor(), b.input(1).tensor()), {}};
  };
  return record_fused("log_softmax", caller, {x, mask}, log_softmax(x.tensor(), mask, caller), kSave, kernel, log_softmax_rule,
                      examples::Blocks());
}

// Along any axis by moving it to the end.
template <class Function>
Variable along_axis(const char* op, const Variable& x, int axis, Where caller, Function function) {
  check_defined(op, x.tensor(), caller);
  if (x.dims() == 0) return along_scalar(x, [&](const Variable& one) { return along_axis(op, one, axis, caller, function); });
  const int a = normalize_axis(op, axis, x.tensor(), caller);
  if (a == x.dims() - 1) return function(x, Tensor(), caller);
  return transpose(function(transpose(x, a, -1, caller), Tensor(), caller), a, -1, caller);
}

}  // namespace

Variable softmax(const Variable& x, int axis, Where caller) { return along_axis("softmax", x, axis, caller, record_softmax); }
Variable softmax(const Variable& x, const Tensor& mask, Where caller) { return record_softmax(x, mask, caller); }
Variable log_softmax(const Variable& x, int axis, Where caller) {
  return along_axis("log_softmax", x, axis, caller, record_log_softmax);
}
Variable log_softmax(const Variable& x, const Tensor& mask, Where caller) { return record_log_softmax(x, mask, caller); }

}  // namespace weft
