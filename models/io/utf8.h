// UTF-8: decoding, encoding, and the repair of bytes that are not UTF-8.
#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace weft::text {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// One code point of a string. If the bytes are not UTF-8, `value` is U+FFFD, `valid` is false, and `length` covers
// the longest prefix of a well-formed sequence (at least one byte), as the Unicode standard recommends (section 3.9).
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // bytes
  bool valid = true;
};

// The code point that starts at byte `offset`. Throws IndexError when `offset` is not inside `bytes`.
CodePoint decode_utf8(std::string_view bytes, std::size_t offset);

// Appends the UTF-8 form of `code_point` to `out`; U+FFFD for surrogates and values over U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

// Iterates over the code points of a string, which must outlive it:
//     for (CodePoint c : CodePoints("café")) ...
class CodePoints {
 public:
  explicit CodePoints(std::string_view bytes) : bytes_(bytes) {}

  class Iterator {
   public:
    Iterator(std::string_view bytes, std::size_t offset) : bytes_(bytes), offset_(offset) { read(); }
    const CodePoint& operator*() const { return current_; }
    Iterator& operator++() {
      offset_ += current_.length;
      read();
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return offset_ >= bytes_.size(); }

   private:
    void read() {
      if (offset_ < bytes_.size()) current_ = decode_utf8(bytes_, offset_);
    }
    std::string_view bytes_;
    std::size_t offset_;
    CodePoint current_;
  };

  Iterator begin() const { return {bytes_, 0}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::string_view bytes_;
};

bool is_valid_utf8(std::string_view bytes);

// A repaired string. `bad_sequences` counts the replacements; `first_offset` is the byte offset of the first one in the original.
struct RepairedText {
  std::string text;
  std::size_t bad_sequences = 0;
  std::size_t first_offset = 0;
};

// Replaces every sequence that is not UTF-8 by U+FFFD and keeps everything else byte for byte.
RepairedText repair_utf8(std::string_view bytes);

}  // namespace weft::text
