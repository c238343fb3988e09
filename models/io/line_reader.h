// Reads the lines of a text file, one after the other: with LF or CRLF line ends, with or without a byte order mark. Bytes that
// are not UTF-8 are replaced. Byte order marks at the start of later lines, where files were joined, are removed; those inside a
// line are reported.
#pragma once

#include <weft/models/io/byte_stream.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::text {

// Where a line contained bytes that are not valid text.
struct BadBytes {
  enum class Kind { not_utf8, byte_order_mark, nul };
  std::string file;
  std::size_t line = 0;       // from 1
  std::size_t offset = 0;     // of the first bad byte in the line, from 0
  std::size_t sequences = 0;  // how many U+FFFD were inserted into the line, or how many NULs it has
  Kind kind = Kind::not_utf8;
};

// "train.tsv:12: not UTF-8 at byte 17: replaced by U+FFFD (2 places in this line)",
// "train.tsv:13: a byte order mark, as in joined files: removed",
// "train.tsv:13: a byte order mark at byte 17, as in files joined without a line break: kept",
// "train.tsv:14: NUL at byte 3: kept"
std::string to_string(const BadBytes& bad);

// Called for each line that contained bad bytes; if empty, they are not reported.
using OnBadBytes = std::function<void(const BadBytes&)>;

// For files in which every byte counts: throws FormatError for bytes that are not UTF-8, and accepts all others.
void refuse_bad_bytes(const BadBytes& bad);

// A longer line is assumed to be a mistake.
inline constexpr std::size_t kLongestLine = std::size_t{1} << 24;  // bytes

struct LinePosition {
  std::uint64_t offset = 0;  // in bytes
  std::size_t line = 0;      // the number of lines before it
};

class LineReader {
 public:
  // `name` is the file's name in errors and reports. If `every_line` is true, U+FEFF at the start of a later line is a byte order
  // mark too; otherwise it is a part of the line, as in lists of tokens.
  LineReader(std::unique_ptr<ByteStream> bytes, std::string name, OnBadBytes on_bad_bytes = {}, bool every_line = true);

  // Reads the next line, without its end, valid until the next call; returns false after the last one. Throws IoError, and
  // FormatError for UTF-16, with or without its mark, and for a line longer than kLongestLine.
  bool next(std::string_view& line);
  // Moves past the next line, with the same checks.
  bool skip() {
    std::string_view line;
    return next(line);
  }
  // The same as next() with the line's end, if it has one.
  bool next_with_end(std::string_view& line);

  // Returns whether the next line is already in memory, so that next() does not wait.
  bool ready() const;

  // Where the next line begins. If can_go(), reading can continue at any such position. No more than the bytes before `end` are
  // read until lines behind it are asked for.
  LinePosition position() const { return {read_ - (end_ - begin_), line_}; }
  bool can_go() const { return bytes_->can_go(); }
  void go_to(const LinePosition& begin, const LinePosition& end);

  // From now on, the lines are hashed as they are in the file; take_hash() returns the hash of those since its last call.
  void hash_lines() { hashes_ = true; }
  std::size_t take_hash() { return std::exchange(hash_, 0); }

  // Of the line that was read last, from 1.
  std::size_t line() const { return line_; }
  const std::string& name() const { return name_; }

 private:
  void begin();
  bool refill();
  std::string_view without_marks(std::string_view line) const;
  std::string_view repaired(std::string_view line);
  void look_at_nuls(std::string_view line);

  std::unique_ptr<ByteStream> bytes_;
  std::string name_;
  OnBadBytes on_bad_bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what of the buffer is not read yet
  std::uint64_t needed_ = 0;         // bytes, or 0 if that is not known
  std::uint64_t read_ = 0;           // bytes, up to the buffer's end
  std::size_t line_ = 0, hash_ = 0;
  std::size_t utf16_line_ = 0, utf16_characters_ = 0;  // the last line that looked like UTF-16; in it and those before it
  bool every_line_, begun_ = false, hashes_ = false;
  std::string repaired_;
};

}  // namespace weft::text
