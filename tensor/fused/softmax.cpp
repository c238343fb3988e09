#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/detail/scalar_axis.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/kernels/softmax.h>
#include <weft/tensor/reduction/detail/reduce_plan.h>
#include <weft/tensor/reduction/lengths.h>

#include <optional>

namespace weft {

namespace {

using kernels::Softmax;
using kernels::SoftmaxKernel;
using kernels::SoftmaxRow;

// The entries that count in each row.
class Counted {
 public:
  Counted(const char* op, const Tensor& x, const Tensor& mask, Where caller) : size_(x.shape().back()) {
    if (!mask.defined()) return;
    if (mask.dtype() == DType::boolean) {
      const bool fits = broadcast_shapes(op, x.shape(), mask.shape(), caller) == x.shape();
      check<ShapeError>(fits, caller, op, ": the mask ", mask.shape(), " does not broadcast to ", x.shape());
      mask_.emplace(expand(mask, x.shape()), 1u << (x.dims() - 1));
      return;
    }
    check<DtypeError>(mask.dtype() == DType::i64, caller, op, ": takes i64 lengths or a bool mask, not ", mask.dtype());
    check<ShapeError>(x.dims() >= 2, caller, op, ": lengths require an input of shape [batch, ..., time], not ", x.shape());
    lengths_ = checked_lengths(op, mask, x.shape()[0], size_, caller);
    for (int axis = 1; axis + 1 < x.dims(); ++axis) rows_per_example_ *= x.shape()[axis];
  }

  std::int64_t length(std::int64_t row) const {
    return lengths_.defined() ? lengths_.data<std::int64_t>()[row / rows_per_example_] : size_;
  }
  const bool* mask(std::int64_t row) const { return mask_ ? mask_->data<bool>() + mask_->offset(row) : nullptr; }

 private:
  std::int64_t size_, rows_per_example_ = 1;
  Tensor lengths_;
  std::optional<ReducePlan> mask_;
};

Tensor along_last_axis(const char* op, Softmax which, const Tensor& numbers, const Tensor& mask, Where caller) {
  OpScope profile(op, caller, numbers, mask);
  check_defined(op, numbers, caller);
  const Tensor x = cast(numbers, real_type(numbers.dtype()));
  check<ShapeError>(x.dims() >= 1, caller, op, ": a scalar has no axis");
  const Counted rows(op, x, mask, caller);
  const Tensor input = contiguous(x);
  Tensor result(x.shape(), x.dtype());
  visit_floating(op, x.dtype(), caller, [&](auto type) {
    using T = decltype(type);
    const std::int64_t size = x.shape().back();
    const T* from = input.data<T>();
    T* to = result.output<T>();
    parallel_units(size ? x.numel() / size : 0, size, [&](std::int64_t row) {
      const SoftmaxRow<T> arguments{from + row * size, to + row * size, size, rows.length(row), rows.mask(row)};
      best<SoftmaxKernel>([&](auto kernel) { kernel.forward(which, arguments); });
    });
  });
  return result;
}

Tensor along_axis(const char* op, Softmax which, const Tensor& x, int axis, Where caller) {
  check_defined(op, x, caller);
  if (x.dims() == 0) return along_scalar(x, [&](const Tensor& one) { return along_axis(op, which, one, axis, caller); });
  const int a = normalize_axis(op, axis, x, caller);
  if (a == x.dims() - 1) return along_last_axis(op, which, x, {}, caller);
  return transpose(along_last_axis(op, which, transpose(x, a, -1), {}, caller), a, -1);
}

Tensor gradient_of(const char* op, Softmax which, const Tensor& y, const Tensor& gradient, const Tensor& mask) {
  OpScope profile(op, {}, y, gradient);
  const Counted rows(op, y, mask, {});
  const Tensor output = contiguous(y), g = contiguous(gradient);
  Tensor result(y.shape(), y.dtype());
  visit_floating(op, y.dtype(), {}, [&](auto type) {
    using T = decltype(type);
    const std::int64_t size = y.shape().back();
    T* to = result.output<T>();
    parallel_units(size ? y.numel() / size : 0, size, [&](std::int64_t row) {
      const std::int64_t at = row * size;
      const kernels::SoftmaxGradientRow<T> arguments{output.data<T>() + at, g.data<T>() + at, to + at, size,
                                                     rows.length(row),      rows.mask(row)};
      best<SoftmaxKernel>([&](auto kernel) { kernel.backward(which, arguments); });
    });
  });
  return result;
}

}  // namespace

Tensor softmax(const Tensor& x, int axis, Where caller) { return along_axis("softmax", Softmax::probabilities, x, axis, caller); }
Tensor softmax(const Tensor& x, const Tensor& mask, Where caller) {
  return along_last_axis("softmax", Softmax::probabilities, x, mask, caller);
}
Tensor log_softmax(const Tensor& x, int axis, Where caller) {
  return along_axis("log_softmax", Softmax::logarithms, x, axis, caller);
}
Tensor log_softmax(const Tensor& x, const Tensor& mask, Where caller) {
  return along_last_axis("log_softmax", Softmax::logarithms, x, mask, caller);
}
Tensor softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& mask) {
  return gradient_of("softmax_gradient", Softmax::probabilities, y, gradient, mask);
}
Tensor log_softmax_gradient(const Tensor& y, const Tensor& gradient, const Tensor& mask) {
  return gradient_of("log_softmax_gradient", Softmax::logarithms, y, gradient, mask);
}
Tensor softmax_mask(const Tensor& mask, const Shape& shape) {
  return mask.dtype() == DType::boolean ? mask : length_mask_along(mask, shape, -1);
}

}  // namespace weft
