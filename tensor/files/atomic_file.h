// Writing a file so that a reader never sees it half-written.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

// The file is written next to its destination under a temporary name, and locked (flock) meanwhile; commit() syncs it to the disk
// and renames it. Without commit() nothing remains, and an older file of that name stays unchanged. It replaces only a regular
// file, also through a link, and keeps that file's mode and, where permitted, its owner: folders, devices and pipes are refused
// before anything is written. All functions throw IoError with the system's reason.
class AtomicFile {
 public:
  // Also removes temporary files that killed processes have left at this path.
  explicit AtomicFile(const std::string& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(const void* data, std::size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

  // Returns the name of the file that a temporary name is for: "a" for "a.partial-4711-0". Returns nullopt for any other name.
  static std::optional<std::string_view> target_of_temporary(std::string_view name);
  // Removes from a folder the temporary files that no living process, on this host or another, is writing, if `is_target` returns
  // true for the name of the file that they are for. Files that cannot be locked or removed stay.
  static void remove_abandoned(const std::string& folder, const std::function<bool(std::string_view name)>& is_target);

 private:
  void create();

  std::string path_, target_, temporary_;  // as given; with links resolved; while being written
  int file_ = -1;
};

}  // namespace weft
