#include <weft/models/io/one_line.h>
#include <weft/models/io/utf8.h>

namespace weft::text {

namespace {

// Returns the visible character that replaces a control character or line end; 0 for characters that are kept.
char32_t picture_of(char32_t c) {
  constexpr char32_t kPictures = 0x2400, kDelete = 0x2421, kNewLine = 0x2424;
  if (c < 0x20) return kPictures + c;
  if (c == 0x7F) return kDelete;
  return c == 0x85 || c == 0x2028 || c == 0x2029 ? kNewLine : 0;
}

std::string with_pictures(std::string_view text, char32_t space) {
  std::string line;
  line.reserve(text.size());
  std::size_t at = 0;
  for (CodePoint c : CodePoints(text)) {
    const char32_t picture = c.value == U' ' ? space : picture_of(c.value);
    if (picture != 0)
      append_utf8(line, picture);
    else
      line += text.substr(at, c.length);
    at += c.length;
  }
  return line;
}

}  // namespace

std::string one_line(std::string_view text) { return with_pictures(text, 0); }

std::string one_word(std::string_view text) { return with_pictures(text, U'\u2420'); }

}  // namespace weft::text
