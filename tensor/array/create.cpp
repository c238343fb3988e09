#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/detail/convert.h>
#include <weft/tensor/array/detail/overlap.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/runtime/float_mode.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weft {

Nested::Nested(std::initializer_list<Nested> parts, Where caller) {
  for (const Nested& part : parts) {
    const Shape& first = parts.begin()->shape();
    check<ShapeError>(part.shape() == first, caller, "tensor: nested lists differ in shape: ", first, " and ", part.shape());
    numbers_.insert(numbers_.end(), part.numbers_.begin(), part.numbers_.end());
  }
  if (parts.size()) shape_ = parts.begin()->shape();
  shape_.insert(0, std::ssize(parts), caller);
}

Tensor tensor(const Nested& numbers, DType dtype, Where caller) {
  for (double number : numbers.numbers()) check_holds("tensor", dtype, number, caller);
  Tensor result(numbers.shape(), dtype, caller);
  visit(dtype, [&](auto type) {
    std::transform(numbers.numbers().begin(), numbers.numbers().end(), result.output<decltype(type)>(),
                   [](double number) { return convert<decltype(type)>(number); });
  });
  return result;
}

namespace {
// Converts the number to T and keeps denormals whatever the caller's floating-point mode is. Volatile, because compilers move
// arithmetic across changes of the mode.
template <class T>
T exactly(double number) {
  const volatile double before = number;
  FloatMode exact(true);
  const volatile T converted = convert<T>(before);
  return converted;
}

void fill_output(Tensor& result, double value) {
  OpScope profile("fill", {}, result);
  visit(result.dtype(), [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    const T number = exactly<T>(value);
    parallel_for(result.numel(), 1 << 16, [&](std::int64_t begin, std::int64_t end) { std::fill(to + begin, to + end, number); });
  });
}

// More elements than any memory can hold.
constexpr double kTooMany = 0x1p56;

void check_count(double count, double start, double stop, double step, Where caller) {
  check<ValueError>(count < kTooMany, caller, "arange: from ", start, " to ", stop, " by ", step, " are too many numbers");
}
}  // namespace

Tensor full(const Shape& shape, AtNumber value, DType dtype, Where caller) {
  check_holds("full", dtype, value.value, caller);
  Tensor result(shape, dtype, caller);
  fill_output(result, value.value);
  return result;
}

Tensor zeros(const Shape& shape, DType dtype, Where caller) { return full(shape, 0, dtype, caller); }
Tensor ones(const Shape& shape, DType dtype, Where caller) { return full(shape, 1, dtype, caller); }

Tensor detail::whole_range(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype, Where caller) {
  check<ValueError>(step != 0, caller, "arange: step is 0");
  OpScope profile("arange", caller);
  __extension__ using Wide = __int128;  // the difference of two i64 may need more than 64 bits
  const Wide distance = step > 0 ? Wide{stop} - start : Wide{start} - stop, stride = step > 0 ? Wide{step} : -Wide{step};
  const Wide steps = distance > 0 ? (distance + stride - 1) / stride : 0;
  check_count(static_cast<double>(steps), static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step),
              caller);
  const auto count = static_cast<std::int64_t>(steps);
  // Computed as unsigned, where overflow is defined.
  const auto number = [&](std::int64_t i) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                     static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(step));
  };
  if (dtype != DType::i64)
    for (std::int64_t i : {std::int64_t{0}, count - 1})
      if (count > 0) check_holds("arange", dtype, static_cast<double>(number(i)), caller);
  Tensor result({count}, dtype, caller);
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t i = 0; i < count; ++i) result.output<T>()[i] = convert<T>(number(i));
  });
  return result;
}

Tensor detail::real_range(double start, double stop, double step, DType dtype, Where caller) {
  check<ValueError>(step != 0, caller, "arange: step is 0");
  OpScope profile("arange", caller);
  // If the step is so large that the quotient underflows, only the first number remains, as in NumPy.
  const double quotient = (stop - start) / step;
  const double steps = quotient == 0 && start != stop ? !std::signbit(quotient) : std::ceil(quotient);
  check_count(steps, start, stop, step, caller);
  const auto count = static_cast<std::int64_t>(std::max(0.0, steps));
  const auto number = [&](std::int64_t i) { return start + static_cast<double>(i) * step; };
  for (std::int64_t i : {std::int64_t{0}, std::int64_t{1}, count - 1})  // if the first two are whole, all are
    if (i >= 0 && i < count) check_holds("arange", dtype, number(i), caller);
  Tensor result({count}, dtype, caller);
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    for (std::int64_t i = 0; i < count; ++i) result.output<T>()[i] = convert<T>(number(i));
  });
  return result;
}

Tensor eye(std::int64_t n, DType dtype, Where caller) {
  Tensor result = zeros({n, n}, dtype, caller);
  visit(dtype, [&](auto type) {
    for (std::int64_t i = 0; i < n; ++i) result.output<decltype(type)>()[i * (n + 1)] = static_cast<decltype(type)>(1);
  });
  return result;
}

void fill(Tensor& tensor, AtNumber value, Where caller) {
  check_defined("fill", tensor, caller);
  check_own_elements("fill", tensor, caller);
  check_holds("fill", tensor.dtype(), value.value, caller);
  if (tensor.is_contiguous()) {
    tensor.touch(caller);
    fill_output(tensor, value.value);
  } else {
    copy_to(tensor, full(tensor.shape(), value.value, tensor.dtype()), caller);
  }
}

}  // namespace weft
