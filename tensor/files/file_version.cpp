#include <weft/tensor/files/file_version.h>

#include <sys/stat.h>

#include <cerrno>
#include <ctime>

namespace weft {

namespace {

bool later(const timespec& a, const timespec& b) { return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec; }

// File times come from a clock that ticks a few hundred times a second: a change in the same tick as the last one would go
// unnoticed. Waits for the next tick, for at most 20 ms, so that a time in the future causes little delay.
void wait_for_later_than(const timespec& changed) {
  constexpr timespec kMillisecond{0, 1'000'000};
  for (int tries = 0; tries < 20; ++tries) {
    timespec now{};
    if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0 || later(now, changed)) return;
    nanosleep(&kMillisecond, nullptr);
  }
}

}  // namespace

std::optional<FileVersion> version_of(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return std::nullopt;
  errno = 0;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  wait_for_later_than(status.st_mtim);
  return FileVersion{{static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino), status.st_size,
                      status.st_mtim.tv_sec, status.st_mtim.tv_nsec}};
}

}  // namespace weft
