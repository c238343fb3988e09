// FileVersion: detects that a file has been changed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace weft {

// Device, inode, size, and the time of the last change in seconds and nanoseconds.
struct FileVersion {
  std::array<std::int64_t, 5> numbers{};

  std::int64_t size() const { return numbers[2]; }
  bool operator==(const FileVersion&) const = default;
};

// Returns the version of an open file. Any change after this call gives another version, except on file systems whose times are
// coarser than the system's clock and for files with a time in the future. Returns nullopt with errno 0 for pipes, devices and
// folders, which have no version; otherwise nullopt means failure and errno gives the reason.
std::optional<FileVersion> version_of(int descriptor);

}  // namespace weft
