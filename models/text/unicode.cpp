#include <weft/models/text/unicode.h>
#include <weft/models/text/utf8.h>
#include <weft/tensor/error.h>

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace weft::text {

namespace {

utf8proc_category_t category(char32_t code_point) { return utf8proc_category(static_cast<utf8proc_int32_t>(code_point)); }

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

CharacterClass character_class(char32_t code_point) {
  const utf8proc_category_t kind = category(code_point);
  const bool space = kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL || kind == UTF8PROC_CATEGORY_ZP;
  if (space || kind == UTF8PROC_CATEGORY_CC) return CharacterClass::space;
  const bool punctuation = kind >= UTF8PROC_CATEGORY_PD && kind <= UTF8PROC_CATEGORY_PO;  // all of P but the connectors
  const bool symbol = kind >= UTF8PROC_CATEGORY_SM && kind <= UTF8PROC_CATEGORY_SO;
  return punctuation || symbol ? CharacterClass::mark : CharacterClass::word;
}

bool is_letter(char32_t code_point) {
  const utf8proc_category_t kind = category(code_point);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t code_point) { return category(code_point) == UTF8PROC_CATEGORY_ND; }

std::string lower_case(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (CodePoint c : CodePoints(utf8))
    append_utf8(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c.value))));
  return out;
}

std::string compose(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  utf8proc_uint8_t* bytes = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                               static_cast<utf8proc_ssize_t>(utf8.size()), &bytes, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(bytes, &std::free);
  require<FormatError>(length >= 0, "compose: ", utf8proc_errmsg(length));
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

}  // namespace weft::text
