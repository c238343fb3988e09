#include <weft/tensor/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace weft {

namespace {

constexpr std::string_view kPartial = ".partial-";  // then the process and a number

std::string folder_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

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

struct Partial {
  std::string_view target;
  pid_t process;
};

// What a temporary name says; nothing for any other name.
std::optional<Partial> partial_from(std::string_view name) {
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
  return Partial{name.substr(0, at), process};
}

// Seconds since the system started at which this process did, by proc(5): the 22nd field, the 20th behind the name in brackets.
std::optional<double> start_of_process() {
  std::ifstream file("/proc/self/stat");
  std::string line, field;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  constexpr int kStart = 20;
  for (int i = 0; i < kStart; ++i) fields >> field;
  double ticks = 0;
  if (std::from_chars(field.data(), field.data() + field.size(), ticks).ec != std::errc()) return std::nullopt;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

bool is_older_than_process(const std::string& path) {
  static const std::optional<double> start = start_of_process();
  struct stat status {};
  timespec now{}, since_boot{};
  if (!start || stat(path.c_str(), &status) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0 ||
      clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0)
    return false;
  auto seconds = [](const timespec& time) { return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec); };
  const double age = seconds(now) - seconds(status.st_mtim), process_age = seconds(since_boot) - *start;
  constexpr double kCoarse = 1;  // both clocks' steps
  return age > process_age + kCoarse;
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
  // The first number that is free: names of one length, so that one which is short enough now will be later.
  for (unsigned number = 0; file_ < 0; ++number) {
    temporary_ = target_ + std::string(kPartial) + std::to_string(getpid()) + "-" + std::to_string(number);
    file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces ? replaced.st_mode & kOwner : kUsual);
    if (file_ >= 0 || errno == EEXIST) continue;
    const int error = errno;
    const std::string name(name_of(std::exchange(temporary_, {})));
    require<IoError>(error != ENAMETOOLONG, path_, ": cannot create: ", std::strerror(error), ": it is written as ", name, " (",
                     name.size(), " bytes) first");
    require<IoError>(false, path_, ": cannot create: ", std::strerror(error));
  }
  if (!replaces) return;
  // Of two calls the first may succeed where the second is for root alone. What the old group could do is not for another one.
  constexpr auto kSameOwner = static_cast<uid_t>(-1);
  constexpr auto kSameGroup = static_cast<gid_t>(-1);
  const bool has_group = fchown(file_, kSameOwner, replaced.st_gid) == 0;
  [[maybe_unused]] const bool has_owner = fchown(file_, replaced.st_uid, kSameGroup) == 0;
  const mode_t mode = replaced.st_mode & (has_group ? kAll : kAll & ~mode_t{070});
  fchmod(file_, mode);  // a file system without modes has none to keep
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
  // Each step by itself: errno is read behind it, which the order of arguments does not promise.
  const bool synced = fsync(file_) == 0;
  require<IoError>(synced, path_, ": cannot write to the disk: ", std::strerror(errno));
  const bool closed = ::close(std::exchange(file_, -1)) == 0;
  require<IoError>(closed, path_, ": cannot write: ", std::strerror(errno));
  const bool renamed = std::rename(temporary_.c_str(), target_.c_str()) == 0;
  require<IoError>(renamed, path_, ": cannot rename ", temporary_, ": ", std::strerror(errno));
  temporary_.clear();
  // The new name is on the disk once the folder is; file systems without that say so, and the file itself is complete.
  int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  ::close(folder);
}

std::optional<std::string_view> AtomicFile::abandoned(std::string_view name) {
  const std::optional<Partial> partial = partial_from(name);
  if (!partial || kill(partial->process, 0) == 0 || errno != ESRCH) return std::nullopt;
  return partial->target;
}

void AtomicFile::remove_abandoned(const std::string& folder, const std::function<bool(std::string_view name)>& is_target) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string(), name = entry->path().filename().string();
    const std::optional<Partial> partial = partial_from(name);
    if (!partial || !is_target(partial->target)) continue;
    // In a container every run has the same number: one that is ours may be an earlier run's.
    const bool earlier = partial->process == getpid() && is_older_than_process(path);
    if (earlier || abandoned(name)) ::unlink(path.c_str());
  }
}

}  // namespace weft
