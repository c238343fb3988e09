// The first bytes of foreign files, and the messages about them.
#pragma once

#include <string>
#include <vector>

namespace weft::test {

struct ForeignFile {
  std::string bytes, said;
};

inline std::vector<ForeignFile> foreign_files() {
  using namespace std::string_literals;
  // The header that tar(1) writes for a file called "a": its name, NULs, its mode, owner, size and time, and a magic at byte 257.
  std::string tar(512, '\0');
  tar.replace(0, 1, "a").replace(100, 7, "0000644").replace(257, 5, "ustar");
  return {
      {"\x28\xB5\x2F\xFD\x04\x58\x11\x00\x00"s, ": is zstd data: decompress it first"},
      {"BZh91AY&SY\x03\x84\x15\xA0"s, ": is bzip2 data: decompress it first"},
      {"BZh1\x17\x72\x45\x38\x50\x90\0\0\0\0"s, ": is bzip2 data: decompress it first"},
      {"\xFD"
       "7zXZ\0\0\x04\xE6\xD6"s,
       ": is xz data: decompress it first"},
      {"PK\x03\x04\x14\0\0\0\x08\0"s,
       ": is a ZIP archive (also .docx, .xlsx, .odt, .npz and .pt files are): unpack it or export its text first"},
      {tar, ": is a tar archive: unpack it first"},
      {"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"s, ": is a PDF document: extract its text first"},
      {"PAR1\x15\x04\x15\x10"s, ": is a Parquet file: export it as plain text, CSV or JSONL first"},
      {"SQLite format 3\0\x10\0\x01\x01"s, ": is an SQLite database: export it as plain text, CSV or JSONL first"},
      {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s, ": is a PNG picture: give a text file instead"},
  };
}

}  // namespace weft::test
