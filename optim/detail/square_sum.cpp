#include <weft/optim/detail/square_sum.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/reduction/reduce.h>

#include <algorithm>
#include <cmath>

namespace weft::optim {

namespace {

// `sum_of` returns the sum of the squares of `values`, its argument, as one number.
template <class SumOf>
SquareSum safe_sum(const Tensor& values, SumOf sum_of) {
  const double sum = sum_of(values), count = static_cast<double>(values.numel());
  const bool single = values.dtype() == DType::f32;
  const double least = single ? 0x1p-126 / 0x1p-23 : 0x1p-1022 / 0x1p-52, most = single ? 0x1p128 : 0x1p1000;
  if (!(sum < count * least || sum >= most) || count == 0) return {1, sum};
  const double largest = max(abs(values)).item();
  if (!(largest > 0 && std::isfinite(largest))) return {1, largest};
  return {largest, sum_of(values / largest)};
}

}  // namespace

SquareSum square_sum(const Tensor& gradient) {
  return safe_sum(gradient, [](const Tensor& values) { return sum(square(values)).item(); });
}

SquareSum square_sum(const RowSparse& gradient) {
  return safe_sum(gradient.values, [&](const Tensor& values) {
    return sum({gradient.rows, square(values), gradient.count}).item();
  });
}

double norm_of(std::span<const SquareSum> parts) {
  double scale = 0;  // the largest
  for (const SquareSum& part : parts)
    if (part.sum != 0) scale = std::max(scale, part.scale);
  double squares = 0;
  for (const SquareSum& part : parts)
    if (part.sum != 0) squares += (part.scale / scale) * (part.scale / scale) * part.sum;
  return scale * std::sqrt(squares);
}

}  // namespace weft::optim
