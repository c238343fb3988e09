#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

namespace weft {

namespace {

constexpr std::string_view kPartial = ".partial-";  // followed by the process number and a counter

std::string folder_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Returns the path of the regular file that exists or will be created.
std::string target_of(const std::string& path) {
  namespace fs = std::filesystem;
  require<IoError>(!path.empty(), "the path of a file is empty");
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  require<IoError>(!fs::is_directory(found), path, ": is a folder");
  require<IoError>(!fs::exists(found) || fs::is_regular_file(found), path, ": is not a regular file");
  if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
  require<IoError>(fs::exists(found), path, ": is a broken link");
  return fs::canonical(path, error).string();
}

// An open file descriptor, closed by the destructor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

// A killed process loses its locks, whichever host or container it ran in, which its process number does not identify. Locks
// belong to the open file description, so a second one in the same process cannot take them either.
bool lock(int file, int how) {
  int result = -1;
  do result = flock(file, how);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

bool is_open_file_at(const std::string& path, int file) {
  struct stat named {
  }, opened{};
  return lstat(path.c_str(), &named) == 0 && fstat(file, &opened) == 0 && S_ISREG(opened.st_mode) &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

// Some file systems never confirm that the file at a path is the one that was opened there: after this many attempts it is
// assumed.
constexpr std::size_t kMostLost = 20;

// Locks a new file until it has its final name. Returns false if another process takes the file for that of a killed process,
// locks it before that and removes it. A process that tests a file holds its lock only for a moment, but it may be stopped
// meanwhile: the file is then left to it.
bool hold(int file, const std::string& path) {
  if (!lock(file, LOCK_EX | LOCK_NB)) return errno != EWOULDBLOCK;  // on a file system without locks the file stays
  return is_open_file_at(path, file);
}

// Removes a temporary file that no process is writing. On a file system without locks, all files stay.
void remove_unlocked(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  constexpr int kFlags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int opened = ::open(path.c_str(), O_RDWR | kFlags);  // NFS locks only files opened for writing
  if (opened < 0) opened = ::open(path.c_str(), O_RDONLY | kFlags);
  const Descriptor file(opened);
  if (file.number() < 0 || !lock(file.number(), LOCK_EX | LOCK_NB)) return;
  // Meanwhile its writer may have given it its final name, and another process may have taken the temporary name.
  if (is_open_file_at(path, file.number())) ::unlink(path.c_str());
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path), target_(target_of(path)) {
  remove_abandoned(folder_of(target_), [&](std::string_view name) { return name == name_of(target_); });
  create();
}

void AtomicFile::create() {
  constexpr mode_t kAll = 0777, kUsual = 0666, kOwner = 0700;
  struct stat replaced {};
  const bool replaces = stat(target_.c_str(), &replaced) == 0;
  // Takes the first number that is free. All temporary names have the same length, so that one that is short enough now will be
  // later.
  std::vector<std::string> lost;
  for (unsigned number = 0; file_ < 0; ++number) {
    temporary_ = target_ + std::string(kPartial) + std::to_string(getpid()) + "-" + std::to_string(number);
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces ? replaced.st_mode & kOwner : kUsual);
    const int error = file_ < 0 ? errno : 0;
    if (file_ >= 0 && lost.size() < kMostLost && !hold(file_, temporary_)) {
      ::close(std::exchange(file_, -1));
      lost.push_back(temporary_);
    }
    if (error == 0 || error == EEXIST) continue;
    const std::string name(name_of(std::exchange(temporary_, {})));
    require<IoError>(error != ENAMETOOLONG, path_, ": cannot create: ", std::strerror(error), ": it is written as ", name, " (",
                     name.size(), " bytes) first");
    require<IoError>(false, path_, ": cannot create: ", std::strerror(error));
  }
  if (lost.size() == kMostLost) {
    lock(file_, LOCK_EX | LOCK_NB);
    for (const std::string& name : lost) ::unlink(name.c_str());
  }
  if (!replaces) return;
  // If both calls are made separately, the first may succeed where the second needs root. The old group's permissions must not go
  // to another group.
  constexpr auto kSameOwner = static_cast<uid_t>(-1);
  constexpr auto kSameGroup = static_cast<gid_t>(-1);
  const bool has_group = fchown(file_, kSameOwner, replaced.st_gid) == 0;
  [[maybe_unused]] const bool has_owner = fchown(file_, replaced.st_uid, kSameGroup) == 0;
  const mode_t mode = replaced.st_mode & (has_group ? kAll : kAll & ~mode_t{070});
  fchmod(file_, mode);  // a file system without modes cannot keep them
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
  // The steps are separate statements because errno is read afterwards, and the order in which arguments are evaluated is
  // unspecified.
  const bool synced = fsync(file_) == 0;
  require<IoError>(synced, path_, ": cannot write to the disk: ", std::strerror(errno));
  // Errors that only close() reports must be reported before the old file is replaced. The second descriptor holds the lock until
  // then.
  const Descriptor locked(fcntl(file_, F_DUPFD_CLOEXEC, 0));
  require<IoError>(locked.number() >= 0, path_, ": cannot write: ", std::strerror(errno));
  const bool closed = ::close(std::exchange(file_, -1)) == 0;
  require<IoError>(closed, path_, ": cannot write: ", std::strerror(errno));
  const bool renamed = std::rename(temporary_.c_str(), target_.c_str()) == 0;
  require<IoError>(renamed, path_, ": cannot rename ", temporary_, ": ", std::strerror(errno));
  temporary_.clear();
  // The new name is on the disk once the folder is synced. File systems that cannot do this return an error, but the file itself
  // is complete.
  int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  ::close(folder);
}

std::optional<std::string_view> AtomicFile::target_of_temporary(std::string_view name) {
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
  return name.substr(0, at);
}

void AtomicFile::remove_abandoned(const std::string& folder, const std::function<bool(std::string_view name)>& is_target) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::optional<std::string_view> target = target_of_temporary(name);
    if (target && is_target(*target)) remove_unlocked(entry->path().string());
  }
}

}  // namespace weft
