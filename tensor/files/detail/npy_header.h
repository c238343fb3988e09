// The header of a .npy file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <weft/tensor/array/tensor.h>

#include <string>
#include <string_view>

namespace weft {

struct NpyHeader {
  DType dtype = DType::f32;
  Shape shape;
  bool fortran_order = false;
  std::size_t size = 0;  // bytes before the elements
};

// Parses the header at the start of `bytes` and checks that as many elements follow as it says. `name` and `start`, the position
// of `bytes` in the file, are for errors. Throws FormatError.
NpyHeader parse_npy_header(const std::string& name, std::string_view bytes, std::size_t start);

// Returns the header of a contiguous tensor's file; its length is a multiple of 64 bytes.
std::string npy_header(const Tensor& tensor);

}  // namespace weft
