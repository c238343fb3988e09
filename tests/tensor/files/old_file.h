// Makes files whose last change was some time ago.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

// Sets the time of the file's last change to a second ago. Readers wait after a recent change until the clock of file times,
// which ticks every 4 ms, has advanced; a test that reads thousands of new files would spend most of its time waiting.
inline void make_old(const std::string& path) {
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(1));
}
inline void write_old_file(const std::string& path, const std::string& content) {
  write_file(path, content);
  make_old(path);
}

}  // namespace weft::test
