// Tensor: an n-d array.
#pragma once

#include <weft/tensor/array/at.h>
#include <weft/tensor/base/dtype.h>
#include <weft/tensor/base/shape.h>
#include <weft/tensor/memory/storage.h>

#include <span>
#include <string>
#include <vector>

namespace weft {

template <class T>
class Writer;

// A cheap handle to shape, strides, dtype and shared memory. Copies and views share memory: a write through one is visible in
// all. Elements are in row-major order, and axes are numbered as in NumPy. A default-constructed Tensor is undefined: it has no
// shape and no dtype, and any use of it, including asking for them, throws ValueError. Threads may read a tensor at the same
// time; a write needs exclusive access.
class Tensor {
 public:
  Tensor() = default;
  // The contents are undefined. Throws ShapeError for a negative or too large size, Error if memory runs out.
  Tensor(const Shape& shape, DType dtype, Where caller = {});
  // A view of `storage`, from element `offset` on.
  Tensor(Reference<Storage> storage, std::int64_t offset, const Shape& shape, const Shape& strides, DType dtype);

  bool defined() const { return static_cast<bool>(storage_); }
  const Shape& shape(Where caller = Where::here()) const { return known("shape", caller).shape_; }
  int dims(Where caller = Where::here()) const { return known("dims", caller).shape_.dims(); }
  std::int64_t numel(Where caller = Where::here()) const { return known("numel", caller).shape_.numel(); }
  DType dtype(Where caller = Where::here()) const { return known("dtype", caller).dtype_; }
  // The distance, in elements rather than bytes, from one index of each axis to the next.
  const Shape& strides() const { return strides_; }
  // Returns the size of an axis; -1 is the last. Throws IndexError.
  std::int64_t size(int axis, Where caller = Where::here()) const;
  // Returns whether the elements lie in row-major order without gaps.
  bool is_contiguous() const;

  // Returns a pointer to the first element. Throws DtypeError unless T is the tensor's element type.
  template <class T>
  const T* data(Where caller = Where::here()) const {
    check_type(dtype_of<T>(), caller);
    return reinterpret_cast<const T*>(raw());
  }
  // Returns the elements of a contiguous tensor. Throws ShapeError if the tensor is not contiguous.
  template <class T>
  std::span<const T> span(Where caller = Where::here()) const {
    check_contiguous(caller);
    return {data<T>(caller), static_cast<std::size_t>(numel())};
  }
  // Returns write access. It increments the memory's version, so that the graph detects changes to values it has saved.
  template <class T>
  Writer<T> write(Where caller = Where::here());
  // Declares that memory shared with the caller was written from outside.
  void touch(Where caller = Where::here()) {
    check<ValueError>(defined(), caller, "touch: the tensor is undefined");
    storage_->touch(CallScope::user_line(caller));
  }

  const std::byte* raw() const {
    require<ValueError>(defined(), "the tensor is undefined");
    return static_cast<const std::byte*>(storage_->data()) + offset_ * size_of(dtype_);
  }
  // Write access that does not increment the version, for an op that fills its own fresh output.
  std::byte* raw_output() { return static_cast<std::byte*>(storage_->data()) + offset_ * size_of(dtype_); }
  template <class T>
  T* output() {
    return reinterpret_cast<T*>(raw_output());
  }

  const Reference<Storage>& storage() const { return storage_; }
  std::int64_t offset() const { return offset_; }
  std::uint32_t version() const { return storage_ ? storage_->version() : 0; }

  // Returns the only element as a double: an i64 beyond 2^53 is rounded (data<std::int64_t>() gives the exact value). Throws
  // ShapeError unless there is exactly one element.
  double item(Where caller = Where::here()) const;
  // Returns the element at `index`, converted as item() does; a negative index counts from the end. Throws IndexError.
  double at(std::initializer_list<std::int64_t> index, Where caller = Where::here()) const;
  // Throws IndexError for an index out of range, ValueError for a number that the dtype cannot hold.
  void set(std::initializer_list<std::int64_t> index, AtNumber value, Where caller = Where::here());

 private:
  const Tensor& known(const char* what, Where caller) const {
    if (!defined()) [[unlikely]]
      refuse_undefined(what, caller);
    return *this;
  }
  [[gnu::cold]] static void refuse_undefined(const char* what, Where caller);
  void check_type(DType wanted, Where caller) const;
  void check_contiguous(Where caller) const;
  std::int64_t position(std::span<const std::int64_t> index, Where caller) const;

  Reference<Storage> storage_;
  std::int64_t offset_ = 0;
  Shape shape_, strides_;
  DType dtype_ = DType::f32;
};

// Write access to the elements of a contiguous tensor.
template <class T>
class Writer {
 public:
  Writer(T* data, std::int64_t size) : data_(data), size_(size) {}
  T& operator[](std::int64_t i) const { return data_[i]; }
  T* data() const { return data_; }
  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }
  std::int64_t size() const { return size_; }

 private:
  T* data_;
  std::int64_t size_;
};

template <class T>
Writer<T> Tensor::write(Where caller) {
  check_type(dtype_of<T>(), caller);
  check_contiguous(caller);
  touch(caller);
  return {output<T>(), numel()};
}

// Throws ValueError if the tensor is undefined.
inline void check_defined(const char* op, const Tensor& x, Where caller) {
  check<ValueError>(x.defined(), caller, op, ": the tensor is undefined");
}

// As above, for one of several arguments, which the message names.
inline void check_defined(const char* op, const char* argument, const Tensor& x, Where caller) {
  check<ValueError>(x.defined(), caller, op, ": the ", argument, " is undefined");
}

// Returns the axis of `x` counted from the front. Throws ValueError if x is undefined, IndexError if x has no such axis.
inline int normalize_axis(const char* op, int axis, const Tensor& x, Where caller) {
  check_defined(op, x, caller);
  return normalize_axis(op, axis, x.dims(), caller);
}

// Prints the numbers in nested brackets; long axes are abbreviated in the middle.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

// Prints as "[2, 3] f32" in messages. The text is made only when a message is written.
struct Description {
  const Tensor& tensor;
};
inline Description describe(const Tensor& tensor) { return {tensor}; }
std::ostream& operator<<(std::ostream& out, Description described);

}  // namespace weft
