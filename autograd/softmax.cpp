#include <weft/autograd/math.h>
#include <weft/autograd/node.h>
#include <weft/autograd/reduce.h>
#include <weft/autograd/softmax.h>
#include <weft/autograd/views.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/scalar_axis.h>

namespace weft {

namespace {

// dx_i = y_i (g_i - sum_j y_j g_j). Entries that do not count have y = 0.
struct SoftmaxRule {
  Variables operator()(const Backward& b) const {
    const Variable y = b.output(), &g = b.grad();
    if (!grad_enabled()) return {softmax_gradient(y.tensor(), g.tensor())};
    return {y * (g - sum(y * g, -1, true))};
  }
};

// dx_i = g_i - exp(y_i) sum_j g_j, where i and j count.
struct LogSoftmaxRule {
  Variables operator()(const Backward& b) const {
    const Variable y = b.output(), &g = b.grad();
    if (!grad_enabled()) return {log_softmax_gradient(y.tensor(), g.tensor())};
    const Variable counted = where(y.tensor() > kMaskedLogProbability / 2, g, 0.0);
    return {counted - exp(y) * sum(counted, -1, true)};
  }
};

Variable record_softmax(const Variable& x, const Tensor& counted, Where where) {
  return record("softmax", where, {x}, softmax(x.tensor(), counted, where), {.outputs = kAll}, SoftmaxRule());
}
Variable record_log_softmax(const Variable& x, const Tensor& counted, Where where) {
  return record("log_softmax", where, {x}, log_softmax(x.tensor(), counted, where), {.outputs = kAll}, LogSoftmaxRule());
}

// Along any axis by moving it to the end.
template <class Function>
Variable along_axis(const char* op, const Variable& x, int axis, Where where, Function function) {
  check_defined(op, x.tensor(), where);
  if (x.dims() == 0) return along_scalar(x, [&](const Variable& one) { return along_axis(op, one, axis, where, function); });
  const int a = normalize_axis(op, axis, x.tensor(), where);
  if (a == x.dims() - 1) return function(x, Tensor(), where);
  return transpose(function(transpose(x, a, -1, where), Tensor(), where), a, -1, where);
}

}  // namespace

Variable softmax(const Variable& x, int axis, Where where) { return along_axis("softmax", x, axis, where, record_softmax); }
Variable softmax(const Variable& x, const Tensor& counted, Where where) { return record_softmax(x, counted, where); }
Variable log_softmax(const Variable& x, int axis, Where where) {
  return along_axis("log_softmax", x, axis, where, record_log_softmax);
}
Variable log_softmax(const Variable& x, const Tensor& counted, Where where) { return record_log_softmax(x, counted, where); }

}  // namespace weft
