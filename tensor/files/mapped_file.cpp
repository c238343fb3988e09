#include <weft/tensor/files/mapped_file.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weft {

namespace {

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

Reference<MappedFile> MappedFile::open(const std::string& path) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  require<IoError>(file.number >= 0, path, ": cannot open: ", std::strerror(errno));
  struct stat status {};
  require<IoError>(fstat(file.number, &status) == 0, path, ": cannot read its size: ", std::strerror(errno));
  require<IoError>(S_ISREG(status.st_mode), path, ": not a regular file");
  auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return Reference<MappedFile>(new MappedFile(nullptr, 0));
  // Private: whoever writes to a tensor on it gets a page of his own.
  void* map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.number, 0);
  require<IoError>(map != MAP_FAILED, path, ": cannot map: ", std::strerror(errno));
  return Reference<MappedFile>(new MappedFile(static_cast<char*>(map), size));
}

MappedFile::~MappedFile() {
  if (data_) munmap(data_, size_);
}

Tensor MappedFile::tensor(const Reference<MappedFile>& file, std::size_t start, const Shape& shape, DType dtype) {
  auto bytes = static_cast<std::size_t>(shape.numel() * size_of(dtype));
  if (bytes == 0) return {shape, dtype};
  char* at = file->data_ + start;
  if (start % static_cast<std::size_t>(size_of(dtype)) == 0)
    return {Storage::borrow(at, bytes, Reference<MemoryOwner>(file.get())), 0, shape, row_major_strides(shape), dtype};
  Tensor copy(shape, dtype);
  std::memcpy(copy.raw_output(), at, bytes);
  return copy;
}

}  // namespace weft
