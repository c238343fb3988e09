// A temporary file without a name: it is gone with the object, however the process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::text {

// All functions throw IoError.
class UnnamedFile {
 public:
  // In $TMPDIR, or else in /tmp; or in memory, which is shared with each process that opens and maps it.
  enum class Place { folder, memory };
  explicit UnnamedFile(Place place = Place::folder);
  // Opens the file of another process of this machine, which it knows by this descriptor, to read it. Nothing is written:
  // append() is an error, and extend() only follows what the other process does.
  UnnamedFile(int process, int descriptor);
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;
  ~UnnamedFile();

  void append(std::string_view bytes);
  // Makes the file `bytes` longer, of zeros that have their place on the disk: where they are mapped, writing cannot fail.
  void extend(std::size_t bytes);
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  bool is_writable() const { return writable_; }

 private:
  std::string name_;  // for errors
  int descriptor_ = -1;
  bool writable_ = true;
  std::uint64_t size_ = 0;
};

}  // namespace weft::text
