// Writing a file so that nobody ever sees half of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft {

// Written beside its place under a temporary name; commit() syncs it to the disk and renames it. Without commit() nothing is left
// and an older file of that name stays as it was. All functions throw IoError.
class AtomicFile {
 public:
  explicit AtomicFile(const std::string& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(const void* data, std::size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

 private:
  std::string path_, temporary_;
  int file_ = -1;
};

}  // namespace weft
