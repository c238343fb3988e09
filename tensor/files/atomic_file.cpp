#include <weft/tensor/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace weft {

namespace {

constexpr std::string_view kPartial = ".partial-";  // then the process and a number

std::string folder_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// The regular file that is there or will be.
std::string target_of(const std::string& path) {
  namespace fs = std::filesystem;
  require<IoError>(!path.empty(), "a file's path is empty");
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  require<IoError>(!fs::is_directory(found), path, ": is a folder");
  require<IoError>(!fs::exists(found) || fs::is_regular_file(found), path, ": is not a regular file");
  if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
  require<IoError>(fs::exists(found), path, ": is a link to nothing");
  return fs::canonical(path, error).string();
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path), target_(target_of(path)) {
  static std::atomic<unsigned> count{0};
  temporary_ = target_ + std::string(kPartial) + std::to_string(getpid()) + "-" + std::to_string(count++);
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  require<IoError>(file_ >= 0, path_, ": cannot create: ", std::strerror(errno));
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes) {
    ssize_t written = ::write(file_, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    require<IoError>(written > 0, path_, ": cannot write: ", std::strerror(errno));
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void AtomicFile::commit() {
  require<IoError>(fsync(file_) == 0, path_, ": cannot write to the disk: ", std::strerror(errno));
  int file = std::exchange(file_, -1);
  require<IoError>(::close(file) == 0, path_, ": cannot write: ", std::strerror(errno));
  require<IoError>(std::rename(temporary_.c_str(), target_.c_str()) == 0, path_, ": cannot rename ", temporary_, ": ",
                   std::strerror(errno));
  temporary_.clear();
  // The new name is on the disk once the folder is; file systems without that say so, and the file itself is complete.
  int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  ::close(folder);
}

std::optional<std::string_view> AtomicFile::abandoned(std::string_view name) {
  const std::size_t at = name.rfind(kPartial);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view ending = name.substr(at + kPartial.size());
  const char* const end = ending.data() + ending.size();
  pid_t process = 0;
  unsigned number = 0;
  const auto [dash, no_process] = std::from_chars(ending.data(), end, process);
  if (no_process != std::errc() || process <= 0 || dash == end || *dash != '-') return std::nullopt;
  const auto [stop, no_number] = std::from_chars(dash + 1, end, number);
  if (no_number != std::errc() || stop != end) return std::nullopt;
  if (kill(process, 0) == 0 || errno != ESRCH) return std::nullopt;
  return name.substr(0, at);
}

}  // namespace weft
