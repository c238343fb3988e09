// A file that is read into memory.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/files/file_version.h>

#include <string>

namespace weft {

// What was read is a copy, so later changes to the file have no effect. While the file is being read, a replacement (another file
// renamed to its path) goes unnoticed, and a change in place is an error. Functions throw IoError.
class InputFile {
 public:
  // Opens a regular file; pipes and devices are refused without waiting for them.
  explicit InputFile(const std::string& path);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  const std::string& path() const { return path_; }
  std::size_t size() const { return static_cast<std::size_t>(version_.size()); }

  // Reads the bytes from `start` on.
  void read(void* to, std::size_t start, std::size_t bytes) const;
  std::string text(std::size_t start, std::size_t bytes) const;
  Tensor tensor(std::size_t start, const Shape& shape, DType dtype) const;

  // Call this after the last read: checks that the file's version is still the one it had when opened.
  void check_unchanged() const;

 private:
  std::string path_;
  int file_ = -1;
  FileVersion version_;
};

}  // namespace weft
