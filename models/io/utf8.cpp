#include <weft/models/io/utf8.h>
#include <weft/tensor/base/error.h>

#include <cstdint>
#include <cstring>

namespace weft::text {

namespace {

// What a first byte requires: how many bytes follow, which bits it contributes, and the range of the second byte, which excludes
// overlong forms, surrogates and values above U+10FFFF.
struct FirstByte {
  std::size_t following = 0;
  unsigned bits = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  bool valid = true;
};

FirstByte classify(unsigned char byte) {
  if (byte < 0x80) return {0, byte};
  if (byte >= 0xC2 && byte <= 0xDF) return {1, byte & 0x1FU};
  if (byte == 0xE0) return {2, 0, 0xA0};
  if (byte == 0xED) return {2, 0xD, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, byte & 0xFU};
  if (byte == 0xF0) return {3, 0, 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, byte & 0x7U};
  if (byte == 0xF4) return {3, 4, 0x80, 0x8F};
  return {.valid = false};
}

char low_six_bits(char32_t value, int shift) { return static_cast<char>(0x80 | ((value >> shift) & 0x3F)); }

}  // namespace

CodePoint decode_utf8(std::string_view bytes, std::size_t offset) {
  require<IndexError>(offset < bytes.size(), "decode_utf8: offset outside the string: ", offset, " of ", bytes.size(), " bytes");
  const FirstByte first = classify(static_cast<unsigned char>(bytes[offset]));
  if (!first.valid) return {kReplacementCharacter, 1, false};
  char32_t value = first.bits;
  for (std::size_t i = 1; i <= first.following; ++i) {
    const bool ended = offset + i >= bytes.size();
    const unsigned char byte = ended ? 0 : static_cast<unsigned char>(bytes[offset + i]);
    const bool in_range = i == 1 ? byte >= first.low && byte <= first.high : byte >= 0x80 && byte <= 0xBF;
    if (ended || !in_range) return {kReplacementCharacter, i, false};
    value = (value << 6) | (byte & 0x3FU);
  }
  return {value, first.following + 1, true};
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = kReplacementCharacter;
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += low_six_bits(code_point, 0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += low_six_bits(code_point, 6);
    out += low_six_bits(code_point, 0);
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += low_six_bits(code_point, 12);
    out += low_six_bits(code_point, 6);
    out += low_six_bits(code_point, 0);
  }
}

bool is_valid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    for (std::uint64_t eight = 0; at + sizeof eight <= bytes.size(); at += sizeof eight) {
      std::memcpy(&eight, bytes.data() + at, sizeof eight);
      if (eight & 0x8080808080808080U) break;  // not all ASCII
    }
    if (at == bytes.size()) break;
    const CodePoint c = decode_utf8(bytes, at);
    if (!c.valid) return false;
    at += c.length;
  }
  return true;
}

RepairedText repair_utf8(std::string_view bytes) {
  RepairedText result;
  if (is_valid_utf8(bytes)) {
    result.text = bytes;
    return result;
  }
  std::size_t offset = 0;
  for (CodePoint c : CodePoints(bytes)) {
    if (!c.valid && result.bad_sequences++ == 0) result.first_offset = offset;
    append_utf8(result.text, c.value);
    offset += c.length;
  }
  return result;
}

}  // namespace weft::text
