// A file seen as memory.
#pragma once

#include <weft/tensor/tensor.h>

#include <string>
#include <string_view>

namespace weft {

// The content of a file, read page by page as it is used. Writes to the memory stay in this process. The file must not be
// shortened while it is mapped; to replace it, write another one and rename it.
class MappedFile final : public MemoryOwner {
 public:
  // Throws IoError.
  static Reference<MappedFile> open(const std::string& path);

  std::size_t size() const { return size_; }
  std::string_view bytes() const { return {data_, size_}; }

  // The elements from byte `start` on, looked at without a copy where their alignment allows.
  static Tensor tensor(const Reference<MappedFile>& file, std::size_t start, const Shape& shape, DType dtype);

 private:
  MappedFile(char* data, std::size_t size) : data_(data), size_(size) {}
  ~MappedFile() override;

  char* data_;
  std::size_t size_;
};

}  // namespace weft
