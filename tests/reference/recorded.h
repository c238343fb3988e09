// Numbers computed by other libraries, recorded in safetensors files by the scripts beside them.
#pragma once

#include <weft/tensor/files/safetensors.h>

#include <string>

namespace weft {

// One case of a file: the tensors "case.name".
class Recorded {
 public:
  Recorded(const std::string& file, const std::string& name)
      : file_(load_tensors(WEFT_SOURCE_DIR "/tests/reference/" + file)), name_(name) {}

  const Tensor& operator[](const std::string& name) const { return file_.tensors.at(name_ + "." + name); }

 private:
  TensorFile file_;
  std::string name_;
};

}  // namespace weft
