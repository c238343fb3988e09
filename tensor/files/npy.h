// Arrays in NumPy's files: .npy holds one, .npz several with names (a zip archive of .npy files). Little-endian f32, f64, i64,
// i32, u8 and bool. Files are written and read as safetensors.h says: loaded arrays have memory of their own, and a file is
// rejected with the byte and the reason when anything in it is wrong.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <map>
#include <string>

namespace weft {

// Throws ValueError for an undefined tensor, IoError.
void save_npy(const std::string& path, const Tensor& tensor);

// Fortran order comes as a view with such strides. Throws IoError, FormatError.
Tensor load_npy(const std::string& path);

// As numpy.savez does, without compression. Throws ValueError for undefined tensors, bad names and more than 4 GB, IoError.
void save_npz(const std::string& path, const std::map<std::string, Tensor>& tensors);

// What numpy.savez wrote; not numpy.savez_compressed. Throws IoError, FormatError.
std::map<std::string, Tensor> load_npz(const std::string& path);

}  // namespace weft
