#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>
#include <weft/tensor/files/detail/input_file.h>
#include <weft/tensor/files/detail/zip.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

namespace weft {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;
constexpr std::uint64_t kLimit = 0xFFFFFFFF;  // a size with this value means that a zip64 record holds the real one

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xEDB88320u ^ value >> 1 : value >> 1;
    table[i] = value;
  }
  return table;
}();

void append16(std::string& text, std::uint64_t value) {
  text += {static_cast<char>(value & 255), static_cast<char>(value >> 8 & 255)};
}
void append32(std::string& text, std::uint64_t value) {
  append16(text, value & 0xFFFF);
  append16(text, value >> 16 & 0xFFFF);
}

// A part of an archive; positions are relative to the archive.
struct ZipPart {
  std::size_t start = 0;
  std::string bytes = {};

  std::size_t get16(std::size_t at) const {
    auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i - start])); };
    return byte(at) | byte(at + 1) << 8;
  }
  std::size_t get32(std::size_t at) const { return get16(at) | get16(at + 2) << 16; }
  std::string text(std::size_t at, std::size_t size) const { return bytes.substr(at - start, size); }
};

class ZipReader {
 public:
  explicit ZipReader(const InputFile& file) : file_(file) {}

  std::vector<ZipEntry> read() {
    check_at(0, file_.size() >= kEndSize && file_.text(0, 2) == "PK", "this is not a zip archive");
    constexpr std::size_t kLongestComment = 0xFFFF;
    const ZipPart tail = part(file_.size() - std::min(file_.size(), kEndSize + kLongestComment), file_.size());
    const std::size_t end = find_end(tail);
    std::size_t count = tail.get16(end + 10), size = tail.get32(end + 12), at = tail.get32(end + 16);
    check_at(end + 4, tail.get16(end + 4) == 0 && tail.get16(end + 6) == 0 && tail.get16(end + 8) == count,
             "the archive has several parts");
    check_at(end + 12, size != kLimit && at != kLimit && count != 0xFFFF, "zip64 archives are not read");
    check_at(end + 16, at <= end && size == end - at, "the directory does not end where the end record starts");
    directory_ = part(at, end);
    for (std::size_t i = 0; i < count; ++i) at = read_entry(at, end);
    check_at(at, at == end, "something follows the directory");
    check_overlaps();
    return entries_;
  }

 private:
  template <class... Parts>
  void check_at(std::size_t at, bool condition, const Parts&... reason) const {
    require<FormatError>(condition, file_.path(), ": byte ", at, ": ", reason...);
  }
  ZipPart part(std::size_t start, std::size_t end) const { return {start, file_.text(start, end - start)}; }

  // The end record comes last; a comment may follow it.
  std::size_t find_end(const ZipPart& tail) const {
    const std::size_t last = file_.size() - kEndSize;
    for (std::size_t at = last + 1; at-- > tail.start;)
      if (tail.get32(at) == kEnd && tail.get16(at + 20) == last - at) return at;
    check_at(file_.size(), false, "the archive has no end record: it is truncated");
    return 0;
  }

  std::size_t read_entry(std::size_t at, std::size_t end) {
    check_at(at, at + kCentralSize <= end && directory_.get32(at) == kCentral, "expected an entry of the directory");
    std::size_t name_size = directory_.get16(at + 28);
    std::size_t next = at + kCentralSize + name_size + directory_.get16(at + 30) + directory_.get16(at + 32);
    check_at(at, next <= end, "an entry goes past the end of the directory");
    std::string name = directory_.text(at + kCentralSize, name_size);
    std::size_t method = directory_.get16(at + 10), size = directory_.get32(at + 24), header = directory_.get32(at + 42);
    check_at(at, !(directory_.get16(at + 8) & 1), "\"", name, "\" is encrypted");
    check_at(at, method == 0, "\"", name, "\" is compressed (method ", method, "); save it uncompressed, with numpy.savez");
    check_at(at, size != kLimit && header != kLimit, "\"", name, "\" needs zip64, which is not read");
    check_at(at, directory_.get32(at + 20) == size, "\"", name, "\" has two sizes");
    check_at(at, names_.insert(name).second, "\"", name, "\" occurs twice");
    std::size_t start = data_of(name, header);
    check_at(header, size <= directory_.start - start, "\"", name, "\" goes past the start of the directory");
    entries_.push_back({std::move(name), start, size, static_cast<std::uint32_t>(directory_.get32(at + 16))});
    ranges_.emplace_back(header, start + size);
    return next;
  }

  // Returns the position of an entry's bytes, after its local header.
  std::size_t data_of(const std::string& name, std::size_t header) const {
    const bool fits = header + kLocalSize <= directory_.start;
    const ZipPart local = fits ? part(header, header + kLocalSize) : ZipPart();
    check_at(header, fits && local.get32(header) == kLocal, "\"", name, "\" does not start here");
    std::size_t name_size = local.get16(header + 26), start = header + kLocalSize + name_size + local.get16(header + 28);
    check_at(header, start <= directory_.start, "\"", name, "\" goes past the start of the directory");
    check_at(header, file_.text(header + kLocalSize, name_size) == name, "\"", name, "\" has another name here");
    return start;
  }

  void check_overlaps() {
    std::sort(ranges_.begin(), ranges_.end());
    for (std::size_t i = 1; i < ranges_.size(); ++i)
      check_at(ranges_[i].first, ranges_[i].first >= ranges_[i - 1].second, "an entry starts inside the one before");
  }

  const InputFile& file_;
  ZipPart directory_;
  std::vector<ZipEntry> entries_;
  std::set<std::string> names_;
  std::vector<std::pair<std::size_t, std::size_t>> ranges_;
};

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t sum) {
  sum = ~sum;
  for (char c : bytes) sum = kCrcTable[(sum ^ static_cast<unsigned char>(c)) & 255] ^ sum >> 8;
  return ~sum;
}

std::vector<ZipEntry> read_zip(const InputFile& file) { return ZipReader(file).read(); }

void ZipWriter::add(const std::string& name, std::string_view first, std::string_view second) {
  std::uint64_t size = first.size() + second.size();
  require<ValueError>(at_ + size + kLocalSize + name.size() < kLimit && count_ < 0xFFFE && name.size() < 0xFFFF, path_,
                      ": no room for \"", name, "\": a zip archive ends at 4 GB");
  // The fields that both headers contain: version, flags (names are UTF-8), method, time, date (1 January 1980), checksum, sizes,
  // size of the name.
  std::string facts;
  append16(facts, 20);
  append16(facts, 1 << 11);
  append16(facts, 0);
  append16(facts, 0);
  append16(facts, 1 << 5 | 1);
  append32(facts, crc32(second, crc32(first)));
  append32(facts, size);
  append32(facts, size);
  append16(facts, name.size());
  append16(facts, 0);

  std::string local;
  append32(local, kLocal);
  local += facts + name;
  append32(directory_, kCentral);
  append16(directory_, 20);
  directory_ += facts;
  directory_.append(10, '\0');  // comment, part, attributes
  append32(directory_, at_);
  directory_ += name;

  for (std::string_view piece : {std::string_view(local), first, second}) {
    file_.write(piece);
    at_ += piece.size();
  }
  ++count_;
}

void ZipWriter::finish() {
  require<ValueError>(at_ + directory_.size() < kLimit, path_, ": no room for the directory: a zip archive ends at 4 GB");
  std::string end;
  append32(end, kEnd);
  append32(end, 0);
  append16(end, count_);
  append16(end, count_);
  append32(end, directory_.size());
  append32(end, at_);
  append16(end, 0);
  file_.write(directory_);
  file_.write(end);
}

}  // namespace weft
