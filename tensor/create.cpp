#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/overlap.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/profile_scope.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft {

Nested::Nested(std::initializer_list<Nested> parts, Where where) {
  for (const Nested& part : parts) {
    const Shape& first = parts.begin()->shape();
    check<ShapeError>(part.shape() == first, where, "tensor: nested lists differ in shape: ", first, " and ", part.shape());
    numbers_.insert(numbers_.end(), part.numbers_.begin(), part.numbers_.end());
  }
  if (parts.size()) shape_ = parts.begin()->shape();
  shape_.insert(0, std::ssize(parts), where);
}

Tensor tensor(const Nested& numbers, DType dtype, Where where) {
  Tensor result(numbers.shape(), dtype, where);
  visit(dtype, [&](auto type) {
    std::transform(numbers.numbers().begin(), numbers.numbers().end(), result.output<decltype(type)>(),
                   [](double number) { return static_cast<decltype(type)>(number); });
  });
  return result;
}

namespace {
void fill_output(Tensor& result, double value) {
  OpScope profile("fill", {}, result);
  visit(result.dtype(), [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    parallel_for(result.numel(), 1 << 16,
                 [&](std::int64_t begin, std::int64_t end) { std::fill(to + begin, to + end, static_cast<T>(value)); });
  });
}
}  // namespace

Tensor full(const Shape& shape, double value, DType dtype, Where where) {
  Tensor result(shape, dtype, where);
  fill_output(result, value);
  return result;
}

Tensor zeros(const Shape& shape, DType dtype, Where where) { return full(shape, 0, dtype, where); }
Tensor ones(const Shape& shape, DType dtype, Where where) { return full(shape, 1, dtype, where); }

Tensor arange(double start, double stop, double step, DType dtype, Where where) {
  check<ValueError>(step != 0, where, "arange: step is 0");
  OpScope profile("arange", where);
  const double steps = std::ceil((stop - start) / step);
  check<ValueError>(steps < 0x1p56, where, "arange: from ", start, " to ", stop, " by ", step, " are too many numbers");
  const auto count = static_cast<std::int64_t>(std::max(0.0, steps));
  Tensor result({count}, dtype, where);
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t i = 0; i < count; ++i) result.output<T>()[i] = static_cast<T>(start + static_cast<double>(i) * step);
  });
  return result;
}

Tensor arange(std::int64_t stop, DType dtype, Where where) { return arange(0, static_cast<double>(stop), 1, dtype, where); }

Tensor eye(std::int64_t n, DType dtype, Where where) {
  Tensor result = zeros({n, n}, dtype, where);
  visit(dtype, [&](auto type) {
    for (std::int64_t i = 0; i < n; ++i) result.output<decltype(type)>()[i * (n + 1)] = static_cast<decltype(type)>(1);
  });
  return result;
}

void fill(Tensor& tensor, double value, Where where) {
  check_defined("fill", tensor, where);
  check_own_elements("fill", tensor, where);
  if (tensor.is_contiguous()) {
    tensor.touch(where);
    fill_output(tensor, value);
  } else {
    copy_to(tensor, full(tensor.shape(), value, tensor.dtype()), where);
  }
}

}  // namespace weft
