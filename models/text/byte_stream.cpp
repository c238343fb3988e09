#include <weft/models/text/byte_stream.h>
#include <weft/models/text/gzip.h>
#include <weft/tensor/error.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace weft::text {

namespace {

bool is_standard_input(const std::string& path) { return path == "-" || path == "/dev/stdin"; }

std::size_t read_descriptor(int descriptor, std::span<char> buffer, const std::string& name) {
  ssize_t count = -1;
  do count = ::read(descriptor, buffer.data(), buffer.size());
  while (count < 0 && errno == EINTR);
  require<IoError>(count >= 0, "cannot read ", name, ": ", std::generic_category().message(errno));
  return static_cast<std::size_t>(count);
}

// What stands behind an open file. Standard input stays open. One that `stays` must be at its end what it was at its start.
class FileBytes final : public ByteStream {
 public:
  explicit FileBytes(const std::string& path, bool stays = false)
      : name_(name_of(path)), owned_(!is_standard_input(path)), stays_(stays) {
    if (!owned_) return;
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    require<IoError>(descriptor_ >= 0, "cannot open ", path, ": ", std::generic_category().message(errno));
    struct stat status {};
    if (fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
      close(descriptor_);
      throw IoError("cannot read " + path + ": it is a folder");
    }
    if (stays_) version_ = version();
  }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override {
    if (owned_) close(descriptor_);
  }
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = read_descriptor(descriptor_, buffer, name_);
    if (count == 0 && version_) require<IoError>(version() == version_, name_, ": was changed while it was read");
    return count;
  }
  // Which content it has; nothing for what cannot be read twice.
  std::optional<FileVersion> version() const {
    struct stat status {};
    if (!owned_ || fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return FileVersion{static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino), status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  }

 private:
  std::string name_;
  bool owned_, stays_;
  std::optional<FileVersion> version_;
  int descriptor_ = STDIN_FILENO;
};

// The copy of a file, read from a place of its own.
class CopyBytes final : public ByteStream {
 public:
  explicit CopyBytes(const UnnamedFile& file) : file_(file) {}
  std::size_t read(std::span<char> buffer) override {
    ssize_t count = -1;
    do count = pread(file_.descriptor(), buffer.data(), buffer.size(), at_);
    while (count < 0 && errno == EINTR);
    require<IoError>(count >= 0, "cannot read a temporary file: ", std::generic_category().message(errno));
    at_ += count;
    return static_cast<std::size_t>(count);
  }

 private:
  const UnnamedFile& file_;
  off_t at_ = 0;
};

// Bytes that were read ahead, then the rest.
class PeekedBytes final : public ByteStream {
 public:
  explicit PeekedBytes(std::unique_ptr<ByteStream> rest) : rest_(std::move(rest)) {
    while (end_ < front_.size() && (end_ == 0 || front_[0] == '\x1f')) {
      const std::size_t count = rest_->read(std::span(front_).subspan(end_));
      if (count == 0) break;
      end_ += count;
    }
  }
  std::span<const char> front() const { return std::span(front_).first(end_); }
  std::size_t read(std::span<char> buffer) override {
    if (at_ == end_) return rest_->read(buffer);
    const std::size_t count = std::min(buffer.size(), end_ - at_);
    std::memcpy(buffer.data(), front_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::unique_ptr<ByteStream> rest_;
  std::array<char, 2> front_{};
  std::size_t at_ = 0, end_ = 0;
};

std::unique_ptr<ByteStream> undo_gzip(std::unique_ptr<ByteStream> bytes, const std::string& name) {
  auto peeked = std::make_unique<PeekedBytes>(std::move(bytes));
  if (!begins_as_gzip(peeked->front())) return peeked;
  return gunzip(std::move(peeked), name);
}

std::unique_ptr<UnnamedFile> copy_of(ByteStream& bytes) {
  auto copy = std::make_unique<UnnamedFile>();
  std::string buffer(std::size_t{1} << 18, '\0');
  while (const std::size_t count = bytes.read(buffer)) copy->append({buffer.data(), count});
  return copy;
}

}  // namespace

std::string name_of(const std::string& path) { return is_standard_input(path) ? "standard input" : path; }

std::unique_ptr<ByteStream> open_bytes(const std::string& path) {
  return undo_gzip(std::make_unique<FileBytes>(path), name_of(path));
}

RepeatableFile::RepeatableFile(std::string path) : path_(std::move(path)), name_(name_of(path_)) {}

std::unique_ptr<ByteStream> RepeatableFile::open() const {
  if (!copy_) {
    auto bytes = std::make_unique<FileBytes>(path_, true);
    if (const std::optional<FileVersion> version = bytes->version()) {
      require<IoError>(!version_ || version_ == version, name_, ": was changed since it was read before");
      version_ = version;
      return undo_gzip(std::move(bytes), name_);
    }
    copy_ = copy_of(*bytes);
  }
  return undo_gzip(std::make_unique<CopyBytes>(*copy_), name_);
}

}  // namespace weft::text
