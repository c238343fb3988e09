#include <weft/tensor/array/detail/convert.h>
#include <weft/tensor/array/tensor.h>
#include <weft/tensor/base/detail/promote.h>

#include <new>

namespace weft {

namespace {

Reference<Storage> make_storage(const Shape& shape, DType dtype, Where caller) {
  const std::int64_t bytes = checked_numel("tensor", shape, caller) * size_of(dtype);
  try {
    return Storage::make(static_cast<std::size_t>(bytes));
  } catch (const std::bad_alloc&) {
    detail::fail<Error>(caller, "tensor: no memory for ", shape, ' ', dtype, ", ", bytes, " bytes");
  }
}

}  // namespace

Tensor::Tensor(const Shape& shape, DType dtype, Where caller)
    : storage_(make_storage(shape, dtype, caller)), shape_(shape), strides_(row_major_strides(shape)), dtype_(dtype) {}

// Strides of an empty tensor are never used, so all empty tensors of a shape get row-major strides, which loops and plans can
// join.
Tensor::Tensor(Reference<Storage> storage, std::int64_t offset, const Shape& shape, const Shape& strides, DType dtype)
    : storage_(std::move(storage)),
      offset_(offset),
      shape_(shape),
      strides_(shape.numel() == 0 ? row_major_strides(shape) : strides),
      dtype_(dtype) {}

std::int64_t Tensor::size(int axis, Where caller) const { return shape_[normalize_axis("size", axis, *this, caller)]; }

void Tensor::refuse_undefined(const char* what, Where caller) {
  detail::fail<ValueError>(caller, what, ": the tensor is undefined");
}

bool Tensor::is_contiguous() const {
  std::int64_t step = 1;
  for (int i = shape_.dims() - 1; i >= 0; --i) {
    if (shape_[i] != 1 && strides_[i] != step) return false;
    step *= shape_[i];
  }
  return true;
}

void Tensor::check_type(DType wanted, Where caller) const {
  check<ValueError>(defined(), caller, "data: the tensor is undefined");
  check<DtypeError>(wanted == dtype_, caller, "data: the tensor is ", dtype_, ", not ", wanted);
}

void Tensor::check_contiguous(Where caller) const {
  check<ShapeError>(is_contiguous(), caller, "data: a view with strides ", strides_, " of shape ", shape_, " is not contiguous");
}

std::int64_t Tensor::position(std::span<const std::int64_t> index, Where caller) const {
  check_defined("at", *this, caller);
  check<IndexError>(std::ssize(index) == dims(), caller, "at: ", index.size(), " indices for shape ", shape_);
  std::int64_t at = 0;
  for (int axis = 0; axis < dims(); ++axis) {
    std::int64_t i = index[static_cast<std::size_t>(axis)], size = shape_[axis];
    check<IndexError>(i >= -size && i < size, caller, "at: index ", i, " of axis ", axis, " is outside ", -size, "..", size - 1);
    at += (i < 0 ? i + size : i) * strides_[axis];
  }
  return at;
}

double Tensor::item(Where caller) const {
  check_defined("item", *this, caller);
  check<ShapeError>(numel() == 1, caller, "item: takes a tensor with one element, got shape ", shape_);
  return visit(dtype_, [&](auto type) { return static_cast<double>(*data<decltype(type)>(caller)); });
}

double Tensor::at(std::initializer_list<std::int64_t> index, Where caller) const {
  std::int64_t i = position({index.begin(), index.size()}, caller);
  return visit(dtype_, [&](auto type) { return static_cast<double>(data<decltype(type)>(caller)[i]); });
}

void Tensor::set(std::initializer_list<std::int64_t> index, AtNumber value, Where caller) {
  std::int64_t i = position({index.begin(), index.size()}, caller);
  check_holds("set", dtype_, value.value, caller);
  touch(caller);
  visit(dtype_, [&](auto type) { output<decltype(type)>()[i] = convert<decltype(type)>(value.value); });
}

std::ostream& operator<<(std::ostream& out, Description described) {
  if (!described.tensor.defined()) return out << "undefined";
  return out << described.tensor.shape() << ' ' << described.tensor.dtype();
}

}  // namespace weft
