#include <weft/tensor/tensor.h>

namespace weft {

namespace {

std::size_t checked_bytes(const Shape& shape, DType dtype) {
  std::int64_t bytes = size_of(dtype);
  for (std::int64_t size : shape) {
    require<ShapeError>(size >= 0, "tensor: a size is negative: ", shape);
    require<ShapeError>(!__builtin_mul_overflow(bytes, size, &bytes), "tensor: too large: ", shape, " ", dtype);
  }
  return static_cast<std::size_t>(bytes);
}

}  // namespace

Tensor::Tensor(const Shape& shape, DType dtype)
    : storage_(Storage::make(checked_bytes(shape, dtype))), shape_(shape), strides_(row_major_strides(shape)), dtype_(dtype) {}

Tensor::Tensor(Reference<Storage> storage, std::int64_t offset, const Shape& shape, const Shape& strides, DType dtype)
    : storage_(std::move(storage)), offset_(offset), shape_(shape), strides_(strides), dtype_(dtype) {}

std::int64_t Tensor::size(int axis, Where where) const { return shape_[normalize_axis("size", axis, dims(), where)]; }

bool Tensor::is_contiguous() const {
  std::int64_t step = 1;
  for (int i = dims() - 1; i >= 0; --i) {
    if (shape_[i] == 0) return true;
    if (shape_[i] != 1 && strides_[i] != step) return numel() == 0;
    step *= shape_[i];
  }
  return true;
}

void Tensor::check_type(DType wanted, Where where) const {
  check<ValueError>(defined(), where, "data: the tensor is undefined");
  check<DtypeError>(wanted == dtype_, where, "data: the tensor is ", dtype_, ", not ", wanted);
}

void Tensor::check_contiguous(Where where) const {
  check<ShapeError>(is_contiguous(), where, "data: a view with strides ", strides_, " of shape ", shape_, " is not contiguous");
}

std::int64_t Tensor::position(std::span<const std::int64_t> index, Where where) const {
  check<IndexError>(std::ssize(index) == dims(), where, "at: ", index.size(), " indices for shape ", shape_);
  std::int64_t at = 0;
  for (int axis = 0; axis < dims(); ++axis) {
    std::int64_t i = index[static_cast<std::size_t>(axis)], size = shape_[axis];
    check<IndexError>(i >= -size && i < size, where, "at: index ", i, " of axis ", axis, " is outside ", -size, "..", size - 1);
    at += (i < 0 ? i + size : i) * strides_[axis];
  }
  return at;
}

double Tensor::item(Where where) const {
  check<ShapeError>(numel() == 1, where, "item: wants one element, the shape is ", shape_);
  return visit(dtype_, [&](auto type) { return static_cast<double>(*data<decltype(type)>()); });
}

double Tensor::at(std::initializer_list<std::int64_t> index, Where where) const {
  std::int64_t i = position({index.begin(), index.size()}, where);
  return visit(dtype_, [&](auto type) { return static_cast<double>(data<decltype(type)>()[i]); });
}

void Tensor::set(std::initializer_list<std::int64_t> index, double value, Where where) {
  std::int64_t i = position({index.begin(), index.size()}, where);
  touch(where);
  visit(dtype_, [&](auto type) { output<decltype(type)>()[i] = static_cast<decltype(type)>(value); });
}

std::ostream& operator<<(std::ostream& out, Description described) {
  if (!described.tensor.defined()) return out << "undefined";
  return out << described.tensor.shape() << ' ' << described.tensor.dtype();
}

}  // namespace weft
