#include <weft/tensor/files/detail/input_file.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weft {

InputFile::InputFile(const std::string& path) : path_(path) {
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // so that it does not wait for a pipe without a writer
  require<IoError>(file_ >= 0, path, ": cannot open: ", std::strerror(errno));
  const std::optional<FileVersion> version = version_of(file_);
  const int error = errno;
  if (!version) ::close(file_);
  require<IoError>(version || error == 0, path, ": cannot read its size: ", std::strerror(error));
  require<IoError>(version.has_value(), path, ": not a regular file");
  version_ = *version;
}

InputFile::~InputFile() { ::close(file_); }

void InputFile::read(void* to, std::size_t start, std::size_t bytes) const {
  char* at = static_cast<char*>(to);
  while (bytes) {
    const ssize_t count = pread(file_, at, bytes, static_cast<off_t>(start));
    if (count < 0 && errno == EINTR) continue;
    require<IoError>(count >= 0, path_, ": cannot read: ", std::strerror(errno));
    require<IoError>(count > 0, path_, ": became shorter while it was read: it had ", size(), " bytes and ends at ", start);
    at += count;
    start += static_cast<std::size_t>(count);
    bytes -= static_cast<std::size_t>(count);
  }
}

std::string InputFile::text(std::size_t start, std::size_t bytes) const {
  std::string text(bytes, '\0');
  read(text.data(), start, bytes);
  return text;
}

Tensor InputFile::tensor(std::size_t start, const Shape& shape, DType dtype) const {
  Tensor tensor(shape, dtype);
  if (tensor.numel() > 0) read(tensor.raw_output(), start, static_cast<std::size_t>(tensor.numel() * size_of(dtype)));
  return tensor;
}

void InputFile::check_unchanged() const {
  require<IoError>(version_of(file_) == version_, path_, ": was changed while it was read");
}

}  // namespace weft
