#include <weft/tensor/files/input_file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace weft {

namespace {

bool later(const timespec& a, const timespec& b) { return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec; }

// File times go by a clock that ticks some hundred times a second: a change in the same tick as the last one would not show.
// Waits for the next tick, for at most 20 ms, so that a time in the future holds nobody up.
void wait_for_later_than(const timespec& changed) {
  constexpr timespec kMillisecond{0, 1'000'000};
  for (int tries = 0; tries < 20; ++tries) {
    timespec now{};
    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0 || later(now, changed)) return;
    nanosleep(&kMillisecond, nullptr);
  }
}

}  // namespace

InputFile::InputFile(const std::string& path) : path_(path) {
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer does not hold it up
  require<IoError>(file_ >= 0, path, ": cannot open: ", std::strerror(errno));
  struct stat status {};
  const bool known = fstat(file_, &status) == 0;
  const int error = errno;
  if (!known || !S_ISREG(status.st_mode)) ::close(file_);
  require<IoError>(known, path, ": cannot read its size: ", std::strerror(error));
  require<IoError>(S_ISREG(status.st_mode), path, ": not a regular file");
  size_ = static_cast<std::size_t>(status.st_size);
  changed_ = status.st_mtim;
  wait_for_later_than(changed_);
}

InputFile::~InputFile() { ::close(file_); }

void InputFile::read(void* to, std::size_t start, std::size_t bytes) const {
  char* at = static_cast<char*>(to);
  while (bytes) {
    const ssize_t count = pread(file_, at, bytes, static_cast<off_t>(start));
    if (count < 0 && errno == EINTR) continue;
    require<IoError>(count >= 0, path_, ": cannot read: ", std::strerror(errno));
    require<IoError>(count > 0, path_, ": became shorter while it was read: it had ", size_, " bytes and ends at ", start);
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
  struct stat status {};
  const bool known = fstat(file_, &status) == 0;
  require<IoError>(known, path_, ": cannot read its size: ", std::strerror(errno));
  const bool same = static_cast<std::size_t>(status.st_size) == size_ && status.st_mtim.tv_sec == changed_.tv_sec &&
                    status.st_mtim.tv_nsec == changed_.tv_nsec;
  require<IoError>(same, path_, ": was changed while it was read");
}

}  // namespace weft
