// Zip archives without compression: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

class AtomicFile;
class InputFile;

struct ZipEntry {
  std::string name;
  std::size_t start, size;  // its bytes in the archive
  std::uint32_t checksum;   // the expected crc32(); the reader of the bytes checks it
};

// Returns the entries of an archive, in the order of its directory. Throws FormatError if anything is wrong, and for compressed,
// encrypted and repeated entries; IoError.
std::vector<ZipEntry> read_zip(const InputFile& file);

// Writes entries into a file, one after the other. The same entries give the same bytes.
class ZipWriter {
 public:
  ZipWriter(const std::string& path, AtomicFile& file) : path_(path), file_(file) {}

  // Adds an entry made of two pieces. Throws ValueError if the format has no room for it, IoError.
  void add(const std::string& name, std::string_view first, std::string_view second);
  // Writes the directory.
  void finish();

 private:
  std::string path_;
  AtomicFile& file_;
  std::string directory_;
  std::uint64_t at_ = 0;
  std::uint64_t count_ = 0;
};

// Returns the checksum used in zip files, continuing from `sum`.
std::uint32_t crc32(std::string_view bytes, std::uint32_t sum = 0);

}  // namespace weft
