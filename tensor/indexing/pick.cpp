#include <weft/tensor/arithmetic/detail/mask.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/detail/pick.h>
#include <weft/tensor/indexing/pick.h>
#include <weft/tensor/indexing/search.h>

#include <vector>

namespace weft {

namespace detail {

Tensor chosen_positions(const Tensor& mask, const Shape& shape, Where caller) {
  return reshape(nonzero(reshape(expand(mask, shape, caller), {shape.numel()})), {-1});
}

Tensor repeated_positions(const Tensor& repeats, std::int64_t size, Where caller) {
  const char* op = "repeat_interleave";
  check_defined(op, "number of repeats", repeats, caller);
  check<DtypeError>(!is_floating(repeats.dtype()), caller, op, ": the numbers of repeats are integers, not ", repeats.dtype());
  check<ShapeError>(repeats.shape() == Shape{size}, caller, op, ": the numbers of repeats are [", size, "], not ",
                    repeats.shape());
  const Tensor own = contiguous(cast(repeats, DType::i64));
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t count = own.data<std::int64_t>()[i];
    check<ValueError>(count >= 0, caller, op, ": ", count, " repeats are asked for");
    positions.insert(positions.end(), static_cast<std::size_t>(count), i);
  }
  return tensor(positions);
}
Tensor repeated_positions(std::int64_t repeats, std::int64_t size, Where caller) {
  check<ValueError>(repeats >= 0, caller, "repeat_interleave: ", repeats, " repeats are asked for");
  return reshape(expand(unsqueeze(arange(size), 1), {size, repeats}), {size * repeats});
}

Tensor mask_at(const char* op, const Shape& shape, int axis, const Tensor& index, Where caller) {
  check_defined(op, "index", index, caller);
  const int a = normalize_axis(op, axis, shape.dims(), caller);
  Shape own = Shape::filled(shape.dims(), 1);
  own[a] = shape[a];
  const Tensor counts = segment_sum(ones({index.numel()}), reshape(index, {index.numel()}), shape[a], 0, caller);
  return reshape(cast(counts, DType::boolean), own);
}

}  // namespace detail

namespace {

int axis_of(const char* op, const Tensor& x, int axis, Where caller) {
  check_defined(op, x, caller);
  return normalize_axis(op, axis, x, caller);
}

}  // namespace

Tensor masked_select(const Tensor& x, const Tensor& mask, Where caller) {
  check_defined("masked_select", x, caller);
  check_mask("masked_select", mask, caller);
  const Shape shape = broadcast_shapes("masked_select", x.shape(), mask.shape(), caller);
  return index_select(reshape(expand(x, shape), {shape.numel()}), 0, detail::chosen_positions(mask, shape, caller), caller);
}

Tensor take(const Tensor& x, const Tensor& index, Where caller) {
  check_defined("take", x, caller);
  check_defined("take", "index", index, caller);
  return index_select(reshape(x, {x.numel()}), 0, index, caller);
}

Tensor repeat_interleave(const Tensor& x, std::int64_t repeats, int axis, Where caller) {
  const int a = axis_of("repeat_interleave", x, axis, caller);
  return index_select(x, a, detail::repeated_positions(repeats, x.size(a), caller), caller);
}
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, int axis, Where caller) {
  const int a = axis_of("repeat_interleave", x, axis, caller);
  return index_select(x, a, detail::repeated_positions(repeats, x.size(a), caller), caller);
}

Tensor index_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, double alpha, Where caller) {
  const int a = axis_of("index_add", x, axis, caller);
  check_defined("index_add", "source", source, caller);
  const Tensor sums = segment_sum(source, index, x.size(a), a, caller);
  check<ShapeError>(sums.shape() == x.shape(), caller, "index_add: the source ", source.shape(), " does not fit ", x.shape(),
                    " along axis ", a);
  return x + At<Tensor>(alpha == 1 ? sums : sums * alpha, caller);
}

Tensor index_fill(const Tensor& x, int axis, const Tensor& index, double value, Where caller) {
  check_defined("index_fill", x, caller);
  return masked_fill(x, detail::mask_at("index_fill", x.shape(), axis, index, caller), value, caller);
}

}  // namespace weft
