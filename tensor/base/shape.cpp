#include <weft/tensor/base/shape.h>

#include <algorithm>

namespace weft {

Shape::Shape(std::span<const std::int64_t> sizes, Where caller) : dims_(static_cast<int>(sizes.size())) {
  check<ShapeError>(sizes.size() <= kMaxDims, caller, "shape: at most 8 dimensions, got ", sizes.size());
  std::copy(sizes.begin(), sizes.end(), sizes_.begin());
}

Shape Shape::filled(int dims, std::int64_t value) {
  Shape shape;
  shape.dims_ = dims;
  std::fill_n(shape.sizes_.begin(), dims, value);
  return shape;
}

void Shape::push_back(std::int64_t size, Where caller) { insert(dims_, size, caller); }

void Shape::insert(int axis, std::int64_t size, Where caller) {
  check<ShapeError>(dims_ < kMaxDims, caller, "shape: at most 8 dimensions, got 9");
  std::copy_backward(sizes_.begin() + axis, sizes_.begin() + dims_, sizes_.begin() + dims_ + 1);
  (*this)[axis] = size;
  ++dims_;
}

void Shape::erase(int axis) {
  std::copy(sizes_.begin() + axis + 1, sizes_.begin() + dims_, sizes_.begin() + axis);
  --dims_;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '[';
  for (int i = 0; i < shape.dims(); ++i) out << (i ? ", " : "") << std::to_string(shape[i]);  // the same in any locale
  return out << ']';
}

Shape row_major_strides(const Shape& shape) {
  Shape strides = shape;
  std::int64_t step = 1;
  for (int i = shape.dims() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

std::int64_t checked_numel(const char* op, const Shape& shape, Where caller) {
  // Zeros are skipped, so that they do not hide an overflow: strides and sums of sizes must not overflow either.
  constexpr std::int64_t kMost = std::int64_t{1} << 56;
  std::int64_t product = 1;
  for (std::int64_t size : shape) {
    check<ShapeError>(size >= 0, caller, op, ": a size is negative: ", shape);
    const std::int64_t factor = std::max<std::int64_t>(size, 1);
    check<ShapeError>(factor <= kMost / product, caller, op, ": too large: ", shape);
    product *= factor;
  }
  return shape.numel();
}

Shape index_at(const Shape& shape, std::int64_t position) {
  Shape index = shape;
  for (int axis = shape.dims() - 1; axis >= 0; --axis) {
    index[axis] = position % shape[axis];
    position /= shape[axis];
  }
  return index;
}

int normalize_axis(const char* op, int axis, int dims, Where caller) {
  check<IndexError>(axis >= -dims && axis < dims, caller, op, ": axis ", axis, " is outside ", -dims, "..", dims - 1);
  return axis < 0 ? axis + dims : axis;
}

Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b, Where caller) {
  const Shape& longer = a.dims() >= b.dims() ? a : b;
  const Shape& shorter = a.dims() >= b.dims() ? b : a;
  Shape result = longer;
  int offset = longer.dims() - shorter.dims();
  for (int i = 0; i < shorter.dims(); ++i) {
    std::int64_t x = longer[i + offset], y = shorter[i];
    check<ShapeError>(x == y || x == 1 || y == 1, caller, op, ": shapes do not broadcast: ", a, " and ", b, " (", x, " against ",
                      y, ")");
    result[i + offset] = x == 1 ? y : x;
  }
  return result;
}

}  // namespace weft
