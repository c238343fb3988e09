// A temporary file without a name: it is gone with the object, however the process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weft::text {

// Lies in $TMPDIR, or else in /tmp. All functions throw IoError.
class UnnamedFile {
 public:
  UnnamedFile();
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;
  ~UnnamedFile();

  void append(std::string_view bytes);
  // Makes the file `bytes` longer, of zeros that have their place on the disk: where they are mapped, writing cannot fail.
  void extend(std::size_t bytes);
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace weft::text
