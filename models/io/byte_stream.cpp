#include <weft/models/io/byte_stream.h>
#include <weft/models/io/detail/foreign_file.h>
#include <weft/models/io/detail/gzip.h>
#include <weft/tensor/base/error.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
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

// The bytes of a file. Standard input is left open. With `stays`, reading throws IoError if the file was changed meanwhile.
class FileBytes final : public ByteStream {
 public:
  FileBytes(const std::string& path, bool stays, std::chrono::milliseconds pipe_wait)
      : name_(name_of(path)), owned_(!is_standard_input(path)), stays_(stays) {
    if (!owned_) return;
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    require<IoError>(descriptor_ >= 0, "cannot open ", path, ": ", std::generic_category().message(errno));
    struct stat status {};
    const char* fault = nullptr;
    if (fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) fault = "it is a folder";
    if (S_ISFIFO(status.st_mode) && is_named(path) && !wait_for_writer(pipe_wait)) fault = "no process writes to this pipe";
    if (fault) {
      close(descriptor_);
      throw IoError("cannot read " + path + ": " + fault);
    }
    fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) & ~O_NONBLOCK);
    if (stays_) version_ = version();
  }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override {
    if (owned_) close(descriptor_);
  }
  std::size_t read(std::span<char> buffer) override {
    if (first_) {
      buffer.front() = *std::exchange(first_, std::nullopt);
      return 1;
    }
    const std::size_t count = read_descriptor(descriptor_, buffer, name_);
    if (count == 0 && version_) require<IoError>(version() == version_, name_, ": was changed while it was read");
    return count;
  }
  bool can_go() const override { return version_.has_value(); }
  void go_to(std::uint64_t offset) override {
    const off_t reached = lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET);
    require<IoError>(reached >= 0, "cannot read ", name_, ": ", std::generic_category().message(errno));
  }
  // Identifies the content of the file; empty for a stream that cannot be read twice.
  std::optional<FileVersion> version() const { return owned_ ? version_of(descriptor_) : std::nullopt; }

 private:
  // Returns false for a pipe under /dev/fd, which already has, or had, a writer.
  static bool is_named(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::canonical(path, error), error);
  }
  // Returns false if no process opens the pipe for writing within the limit.
  bool wait_for_writer(std::chrono::milliseconds limit) {
    constexpr int kMilliseconds = 100;  // between two attempts: poll() does not report a writer that has written nothing yet
    const auto end = std::chrono::steady_clock::now() + limit;
    do {
      pollfd ready{descriptor_, POLLIN, 0};
      if (poll(&ready, 1, kMilliseconds) > 0) return true;
      char byte = 0;
      const ssize_t count = ::read(descriptor_, &byte, 1);  // 0 if there is no writer
      if (count > 0) first_ = byte;
      if (count > 0 || (count < 0 && errno != EINTR)) return true;
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  std::string name_;
  bool owned_, stays_;
  std::optional<FileVersion> version_;
  int descriptor_ = STDIN_FILENO;
  std::optional<char> first_;  // read while waiting for the writer
};

}  // namespace

// A stream that cannot be read twice, and a copy of everything read from it so far.
class RepeatableFile::Spool {
 public:
  explicit Spool(std::unique_ptr<ByteStream> source) : source_(std::move(source)) {}

  // Reads from position `at`, which must not lie beyond what was read so far.
  std::size_t read(std::span<char> buffer, std::uint64_t at) {
    const std::lock_guard lock(mutex_);
    if (at < copy_.size()) return read_copy(buffer, at);
    const std::size_t count = source_ ? source_->read(buffer) : 0;
    if (count == 0) source_.reset();
    copy_.append({buffer.data(), count});
    return count;
  }

 private:
  std::size_t read_copy(std::span<char> buffer, std::uint64_t at) {
    ssize_t count = -1;
    do count = pread(copy_.descriptor(), buffer.data(), buffer.size(), static_cast<off_t>(at));
    while (count < 0 && errno == EINTR);
    require<IoError>(count >= 0, "cannot read a temporary file: ", std::generic_category().message(errno));
    return static_cast<std::size_t>(count);
  }

  std::mutex mutex_;
  std::unique_ptr<ByteStream> source_;  // null after its end
  UnnamedFile copy_;
};

// Reads a Spool from its start.
class RepeatableFile::SpoolBytes final : public ByteStream {
 public:
  explicit SpoolBytes(std::shared_ptr<Spool> spool) : spool_(std::move(spool)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = spool_->read(buffer, at_);
    at_ += count;
    return count;
  }
  // Only to what some reader has already read.
  bool can_go() const override { return true; }
  void go_to(std::uint64_t offset) override { at_ = offset; }

 private:
  std::shared_ptr<Spool> spool_;
  std::uint64_t at_ = 0;
};

namespace {

// Reads ahead as few bytes as are needed to recognise their kind; read() gives these and then the rest.
class PeekedBytes final : public ByteStream {
 public:
  explicit PeekedBytes(std::unique_ptr<ByteStream> rest) : rest_(std::move(rest)) {
    while (end_ < front_.size() && (end_ == 0 || may_be_foreign(view()))) {
      const std::size_t count = rest_->read(std::span(front_).subspan(end_));
      if (count == 0) break;
      end_ += count;
    }
  }
  std::span<const char> front() const { return std::span(front_).first(end_); }
  std::string_view view() const { return {front_.data(), end_}; }
  std::size_t read(std::span<char> buffer) override {
    if (at_ == end_) return rest_->read(buffer);
    const std::size_t count = std::min(buffer.size(), end_ - at_);
    std::memcpy(buffer.data(), front_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool can_go() const override { return rest_->can_go(); }
  void go_to(std::uint64_t offset) override {
    rest_->go_to(offset);
    at_ = end_;
  }

 private:
  std::unique_ptr<ByteStream> rest_;
  std::array<char, kForeignFront> front_{};
  std::size_t at_ = 0, end_ = 0;
};

std::unique_ptr<ByteStream> undo_gzip(std::unique_ptr<ByteStream> bytes, const std::string& name) {
  auto peeked = std::make_unique<PeekedBytes>(std::move(bytes));
  const bool compressed = begins_as_gzip(peeked->front());
  if (compressed) peeked = std::make_unique<PeekedBytes>(gunzip(std::move(peeked), name));
  refuse_foreign(peeked->view(), name);
  return peeked;
}

}  // namespace

void ByteStream::go_to(std::uint64_t) { throw IoError("these bytes can only be read in their order"); }

std::string name_of(const std::string& path) { return is_standard_input(path) ? "standard input" : path; }

std::unique_ptr<ByteStream> open_bytes(const std::string& path, std::chrono::milliseconds pipe_wait) {
  return undo_gzip(std::make_unique<FileBytes>(path, false, pipe_wait), name_of(path));
}

RepeatableFile::RepeatableFile(std::string path) : path_(std::move(path)), name_(name_of(path_)) {}

std::unique_ptr<ByteStream> RepeatableFile::open() const {
  if (!spool_) {
    auto bytes = std::make_unique<FileBytes>(path_, true, kPipeWait);
    if (const std::optional<FileVersion> version = bytes->version()) {
      require<IoError>(!version_ || version_ == version, name_, ": was changed after it was first read");
      version_ = version;
      return undo_gzip(std::move(bytes), name_);
    }
    spool_ = std::make_shared<Spool>(std::move(bytes));
  }
  return undo_gzip(std::make_unique<SpoolBytes>(spool_), name_);
}

}  // namespace weft::text
