// Files that were not changed just now.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

// A reader waits until the clock of file times, which ticks every 4 ms, has moved on since a file's last change. That is most of
// the time of a test that reads thousands of new files; they do without it if the change is a second old.
inline void make_old(const std::string& path) {
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(1));
}
inline void write_old_file(const std::string& path, const std::string& content) {
  write_file(path, content);
  make_old(path);
}

}  // namespace weft::test
