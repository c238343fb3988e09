// A file that exists as long as the object.
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace weft::test {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    static std::atomic<int> count{0};
    static const unsigned process = std::random_device{}();
    path_ = std::filesystem::temp_directory_path() /
            ("weft_text_" + std::to_string(process) + "_" + std::to_string(count++) + ".txt");
    std::ofstream(path_, std::ios::binary) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace weft::test
