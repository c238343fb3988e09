#include <weft/models/io/utf8.h>
#include <weft/models/text/white_space.h>

namespace weft::text {

bool is_white_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

std::vector<std::string_view> split_at_white_space(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0, offset = 0;
  auto finish = [&] {
    if (offset > begin) pieces.push_back(text.substr(begin, offset - begin));
  };
  for (CodePoint c : CodePoints(text)) {
    if (is_white_space(c.value)) {
      finish();
      begin = offset + c.length;
    }
    offset += c.length;
  }
  finish();
  return pieces;
}

std::string_view trim_end(std::string_view text) {
  std::size_t end = 0, offset = 0;
  for (CodePoint c : CodePoints(text)) {
    offset += c.length;
    if (!is_white_space(c.value)) end = offset;
  }
  return text.substr(0, end);
}

}  // namespace weft::text
