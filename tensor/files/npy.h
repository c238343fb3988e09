// Arrays in NumPy's file formats: .npy holds one, .npz several with names (a zip archive of .npy files). Little-endian f32, f64,
// i64, i32, u8 and bool. Files are written and read as described in safetensors.h: loaded arrays own their memory, and a file
// with any error is rejected with the byte position and the reason.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <map>
#include <string>

namespace weft {

// Throws ValueError for an undefined tensor, IoError.
void save_npy(const std::string& path, const Tensor& tensor);

// Arrays in Fortran order are returned as views with such strides. Throws IoError, FormatError.
Tensor load_npy(const std::string& path);

// Writes what numpy.savez writes, without compression. Throws ValueError for undefined tensors, invalid names and more than 4 GB,
// IoError.
void save_npz(const std::string& path, const std::map<std::string, Tensor>& tensors);

// Reads files of numpy.savez, but not of numpy.savez_compressed. Throws IoError, FormatError.
std::map<std::string, Tensor> load_npz(const std::string& path);

}  // namespace weft
