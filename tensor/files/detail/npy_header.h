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

// Reads the header that `bytes` starts with and checks that as many elements follow as it says. `name` and `start`, the place of
// `bytes` in the file, are for errors. Throws FormatError.
NpyHeader parse_npy_header(const std::string& name, std::string_view bytes, std::size_t start);

// The header of a contiguous tensor's file, a multiple of 64 bytes long.
std::string npy_header(const Tensor& tensor);

}  // namespace weft
