// The elements of an index tensor, checked against their range.
#pragma once

#include <weft/tensor/array/copy.h>

namespace weft {

// Whether negative indices count from the end. They are refused where a negative index is more likely a mistake, as among word
// ids.
enum class Negative { refused, from_end };

// Elements 0 .. size()-1 in row-major order, each converted to 0 .. limit-1. Throws DtypeError unless the tensor is i64, i32 or
// u8, and IndexError if an element is outside 0 .. limit-1, or outside -limit .. limit-1 if negative indices count from the end.
class Indices {
 public:
  Indices(const char* op, const Tensor& index, std::int64_t limit, Negative negative, Where caller);

  std::int64_t size() const { return whole_.numel(); }
  std::int64_t operator[](std::int64_t i) const { return data_[i]; }

 private:
  Tensor whole_;
  const std::int64_t* data_;
};

}  // namespace weft
