#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/join.h>
#include <weft/nn/attention/rotary_embedding.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <cmath>

namespace weft::nn {

namespace {

// The angle of each pair at each position, f64 [time, pairs].
Tensor angles(std::int64_t time, std::int64_t pairs, std::int64_t offset, double base) {
  Tensor lengths({pairs}, DType::f64);
  double* to = lengths.output<double>();
  for (std::int64_t i = 0; i < pairs; ++i) to[i] = std::pow(base, static_cast<double>(i) / static_cast<double>(pairs));
  return unsqueeze(arange(offset, offset + time, 1, DType::f64), 1) / lengths;
}

}  // namespace

Variable rotary_embedding(const Variable& x, std::int64_t offset, const RotaryOptions& options, Where caller) {
  const char* op = "rotary_embedding";
  check_defined(op, x.tensor(), caller);
  check<ShapeError>(x.dims() >= 2 && x.shape().back() % 2 == 0, caller, op, ": takes [.., time, dim] with an even dim, not ",
                    x.shape());
  check<DtypeError>(is_floating(x.dtype()), caller, op, ": takes f32 or f64, not ", x.dtype());
  const std::int64_t time = x.shape().back(1), dim = x.shape().back(), half = dim / 2;
  const Tensor angle = angles(time, half, offset, options.base);  // [time, dim / 2]
  const Tensor c = cast(cos(angle), x.dtype()), s = cast(sin(angle), x.dtype());
  if (!options.interleaved) {
    const Variable a = slice(x, -1, 0, half, 1, caller), b = slice(x, -1, half, dim, 1, caller);
    return concat({a * c - b * s, a * s + b * c}, -1, caller);
  }
  const Variable a = slice(x, -1, 0, dim, 2, caller), b = slice(x, -1, 1, dim, 2, caller);
  return reshape(stack({a * c - b * s, a * s + b * c}, -1, caller), x.shape(), caller);
}

}  // namespace weft::nn
