#include <weft/models/io/detail/foreign_file.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cstddef>

namespace weft::text {

namespace {

using namespace std::string_view_literals;

constexpr const char* kDecompress = "decompress it first";
constexpr const char* kUnpack = "unpack it first";
constexpr const char* kExport = "export it as plain text, CSV or JSONL first";
constexpr const char* kTextFile = "give a text file instead";
constexpr const char* kExtract = "extract its text first";

struct Kind {
  std::size_t at;
  std::string_view magic;
  const char *name, *advice;
};

// The first bytes of each format, from its own description; the `file` program knows them too. ? stands for a digit. No text is
// expected to begin with any of them: most contain bytes that text does not have, and those of bzip2 and PDF are unlikely words.
constexpr Kind kKinds[] = {
    {0, "\x1F\x8B"sv, "gzip data", kDecompress},
    {0, "\x1F\x9D"sv, "compress (.Z) data", kDecompress},
    {0, "\x28\xB5\x2F\xFD"sv, "zstd data", kDecompress},
    {0,
     "\xFD"
     "7zXZ\0"sv,
     "xz data", kDecompress},
    {0, "\x04\x22\x4D\x18"sv, "lz4 data", kDecompress},
    {0, "BZh?1AY&SY"sv, "bzip2 data", kDecompress},
    {0, "BZh?\x17\x72\x45\x38\x50\x90"sv, "bzip2 data", kDecompress},
    {0, "PK\x03\x04"sv, "a ZIP archive (also .docx, .xlsx, .odt, .npz and .pt files are)", "unpack it or export its text first"},
    {0, "PK\x05\x06"sv, "an empty ZIP archive", kUnpack},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive", kUnpack},
    {0, "Rar!\x1A\x07"sv, "a RAR archive", kUnpack},
    {257, "ustar"sv, "a tar archive", kUnpack},
    {0, "%PDF-"sv, "a PDF document", kExtract},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Microsoft Office document (.doc, .xls)", kExport},
    {0, "PAR1\x15"sv, "a Parquet file", kExport},
    {0, "ARROW1\0\0"sv, "an Arrow file", kExport},
    {0, "SQLite format 3\0"sv, "an SQLite database", kExport},
    {0, "\x89HDF\r\n\x1A\n"sv, "an HDF5 file", kExport},
    {0, "\x93NUMPY"sv, "a NumPy array", kExport},
    {0, "\xBA\x16\x4F\x2F"sv, "a binary fastText model", "write its vectors as text first"},
    {0, "\x89PNG\r\n\x1A\n"sv, "a PNG picture", kTextFile},
    {0, "\xFF\xD8\xFF"sv, "a JPEG picture", kTextFile},
    {0,
     "\x7F"
     "ELF"sv,
     "a program (ELF)", kTextFile},
};

// Returns whether the bytes may begin a tar archive, which starts with a file name, NULs, and numbers without a line break.
bool may_be_tar(std::string_view front) {
  return front.size() < kForeignFront && front.find('\n') == std::string_view::npos &&
         (front.size() == 1 || front.find('\0') != std::string_view::npos);
}

// Returns whether a magic and the bytes agree up to the end of the shorter one.
bool agree(std::string_view magic, std::string_view bytes) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(magic.size(), bytes.size()));
  return std::equal(magic.begin(), magic.begin() + count, bytes.begin(),
                    [](char m, char b) { return m == '?' ? b >= '0' && b <= '9' : m == b; });
}

}  // namespace

bool may_be_foreign(std::string_view front) {
  auto goes_on = [&](const Kind& kind) { return kind.at == 0 && front.size() < kind.magic.size() && agree(kind.magic, front); };
  return std::ranges::any_of(kKinds, goes_on) || may_be_tar(front);
}

void refuse_foreign(std::string_view front, const std::string& name) {
  for (const Kind& kind : kKinds) {
    const bool found = front.size() >= kind.at + kind.magic.size() && agree(kind.magic, front.substr(kind.at));
    require<FormatError>(!found, name, ": is ", kind.name, ": ", kind.advice);
  }
}

}  // namespace weft::text
