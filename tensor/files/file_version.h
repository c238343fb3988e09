// By what it is known that a file was changed.
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

// Of an open file. A change behind this call gives another one, but for file systems whose times are coarser than the system's
// clock, and for files from the future. Nothing for pipes, devices and folders, which have none; errno is 0 then, and else says
// why it is not known.
std::optional<FileVersion> version_of(int descriptor);

}  // namespace weft
