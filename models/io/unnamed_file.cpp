#include <weft/models/io/unnamed_file.h>
#include <weft/tensor/base/error.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace weft::text {

namespace {

std::string folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen && *chosen ? chosen : "/tmp";
}

std::string message(int error) { return std::generic_category().message(error); }

}  // namespace

UnnamedFile::UnnamedFile(Place place)
    : name_(place == Place::memory ? "memory that ranks share" : "a temporary file in " + folder()) {
  if (place == Place::memory) {
    descriptor_ = memfd_create("weft", MFD_CLOEXEC);
    require<IoError>(descriptor_ >= 0, "cannot make ", name_, ": ", message(errno));
    return;
  }
  descriptor_ = ::open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC,
                       0600);  // has no name that would stay behind if the process is killed
  if (descriptor_ >= 0) return;
  std::string name = folder() + "/weft_" + std::string(6, 'X');  // for file systems without O_TMPFILE
  descriptor_ = mkostemp(name.data(), O_CLOEXEC);
  require<IoError>(descriptor_ >= 0, "cannot make ", name_, ": ", message(errno));
  unlink(name.c_str());
}

UnnamedFile::UnnamedFile(int process, int descriptor) : writable_(false) {
  const std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(descriptor);
  name_ = "the temporary file " + path;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require<IoError>(descriptor_ >= 0, "cannot open ", name_, ": ", message(errno));
}

UnnamedFile::~UnnamedFile() { close(descriptor_); }

void UnnamedFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    require<IoError>(written > 0, "cannot write ", name_, ": ", message(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void UnnamedFile::extend(std::size_t bytes) {
  int error = writable_ ? EINTR : 0;
  while (error == EINTR) error = posix_fallocate(descriptor_, static_cast<off_t>(size_), static_cast<off_t>(bytes));
  require<IoError>(error == 0, "cannot make ", name_, " ", bytes, " bytes longer: ", message(error));
  size_ += bytes;
}

}  // namespace weft::text
