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

// Writes a temporary file, syncs it and renames it to `path`, so that a failure leaves an older file as it was. The same tensors
// and metadata give the same bytes. Names and metadata are UTF-8. Throws ValueError for bad names and undefined tensors, IoError.
void save_tensors(const std::string& path, const std::map<std::string, Tensor>& tensors,
                  const std::map<std::string, std::string>& metadata = {});

// Reads each tensor straight into memory of its own: what happens to the file later changes none of them. Throws IoError when the
// file cannot be read or is changed meanwhile, FormatError with the byte and the reason when anything in it is wrong.
TensorFile load_tensors(const std::string& path);

}  // namespace weft
