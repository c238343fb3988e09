// Writing a file so that nobody ever sees half of it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

// Written beside its place under a temporary name, and locked (flock) meanwhile; commit() syncs it to the disk and renames it.
// Without commit() nothing is left and an older file of that name stays as it was. Takes the place of a regular file alone,
// through a link too, and has the mode and, where that is allowed, the owner of the file that it replaces: folders, devices and
// pipes are refused before anything is written. All functions throw IoError, which has the system's reason.
class AtomicFile {
 public:
  // Removes what killed processes left of earlier attempts.
  explicit AtomicFile(const std::string& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(const void* data, std::size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

  // Of a temporary name, the file's that is, or was, being written: "a" of "a.partial-4711-0". Nothing for any other name.
  static std::optional<std::string_view> target_of_temporary(std::string_view name);
  // Removes from a folder the temporary files that no living process writes, on this host or another, where `is_target` says so
  // of the name of the file that was being written. What cannot be locked or removed stays.
  static void remove_abandoned(const std::string& folder, const std::function<bool(std::string_view name)>& is_target);

 private:
  void create();

  std::string path_, target_, temporary_;  // as given; behind links; while it is written
  int file_ = -1;
};

}  // namespace weft
