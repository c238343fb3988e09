// Named tensors in safetensors files (https://github.com/huggingface/safetensors): 8 bytes of header length, a JSON header, the
// elements. Little-endian f32, f64, i64, i32, u8 and bool.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <map>
#include <string>

namespace weft {

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

// Writes a temporary file, syncs it and renames it to `path`, so that a failure leaves an older file unchanged. The same tensors
// and metadata give the same bytes. Names and metadata must be UTF-8. Throws ValueError for invalid names and undefined tensors,
// IoError.
void save_tensors(const std::string& path, const std::map<std::string, Tensor>& tensors,
                  const std::map<std::string, std::string>& metadata = {});

// Reads each tensor directly into memory of its own, so later changes to the file do not affect it. Throws IoError if the file
// cannot be read or changes while it is read, FormatError with the byte position and the reason if its content is invalid.
TensorFile load_tensors(const std::string& path);

}  // namespace weft
