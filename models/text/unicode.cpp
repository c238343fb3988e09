#include <weft/models/text/unicode.h>
#include <weft/models/text/utf8.h>
#include <weft/tensor/error.h>

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace weft::text {

namespace {

utf8proc_category_t category(char32_t code_point) { return utf8proc_category(static_cast<utf8proc_int32_t>(code_point)); }

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

CharacterClass look_up_class(char32_t code_point) {
  const utf8proc_category_t kind = category(code_point);
  const bool space = kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL || kind == UTF8PROC_CATEGORY_ZP;
  if (space || kind == UTF8PROC_CATEGORY_CC) return CharacterClass::space;
  const bool punctuation = kind >= UTF8PROC_CATEGORY_PD && kind <= UTF8PROC_CATEGORY_PO;  // all of P but the connectors
  const bool symbol = kind >= UTF8PROC_CATEGORY_SM && kind <= UTF8PROC_CATEGORY_SO;
  return punctuation || symbol ? CharacterClass::mark : CharacterClass::word;
}

constexpr std::size_t kAscii = 128;

std::array<CharacterClass, kAscii> ascii_classes() {
  std::array<CharacterClass, kAscii> classes{};
  for (std::size_t i = 0; i < kAscii; ++i) classes[i] = look_up_class(static_cast<char32_t>(i));
  return classes;
}

}  // namespace

CharacterClass character_class(char32_t code_point) {
  static const auto ascii = ascii_classes();
  return code_point < kAscii ? ascii[code_point] : look_up_class(code_point);
}

bool is_letter(char32_t code_point) {
  const utf8proc_category_t kind = category(code_point);
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t code_point) { return category(code_point) == UTF8PROC_CATEGORY_ND; }

int terminal_columns(char32_t code_point) { return utf8proc_charwidth(static_cast<utf8proc_int32_t>(code_point)); }

bool is_right_to_left(char32_t code_point) {
  const auto direction = utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point))->bidi_class;
  return direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL;
}

std::string lower_case(std::string_view utf8) {
  std::string out;
  if (is_ascii(utf8)) {
    out = utf8;
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
  }
  out.reserve(utf8.size());
  for (CodePoint c : CodePoints(utf8))
    append_utf8(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c.value))));
  return out;
}

namespace {

bool is_cased(char32_t code_point) {
  const auto value = static_cast<utf8proc_int32_t>(code_point);
  return utf8proc_islower(value) || utf8proc_isupper(value) || category(code_point) == UTF8PROC_CATEGORY_LT;
}

// What does not end a word for a sigma: Unicode's Case_Ignorable.
bool is_case_ignorable(char32_t code_point) {
  constexpr std::u32string_view kInsideWords =
      U"'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";
  const utf8proc_category_t kind = category(code_point);
  return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME || kind == UTF8PROC_CATEGORY_CF ||
         kind == UTF8PROC_CATEGORY_LM || kind == UTF8PROC_CATEGORY_SK || kInsideWords.find(code_point) != kInsideWords.npos;
}

// Whether the sigma at `position` has letters before it in its word and none behind.
bool is_final_sigma(const std::u32string& text, std::size_t position) {
  std::size_t before = position, after = position + 1;
  while (before > 0 && is_case_ignorable(text[before - 1])) --before;
  while (after < text.size() && is_case_ignorable(text[after])) ++after;
  return before > 0 && is_cased(text[before - 1]) && !(after < text.size() && is_cased(text[after]));
}

}  // namespace

std::string lower_case_in_context(std::string_view utf8) {
  constexpr char32_t kCapitalSigma = 0x3A3, kFinalSigma = 0x3C2, kCapitalDottedI = 0x130, kDotAbove = 0x307;
  std::u32string text;
  for (CodePoint c : CodePoints(utf8)) text += c.value;
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kCapitalSigma && is_final_sigma(text, i)) {
      append_utf8(out, kFinalSigma);
    } else if (text[i] == kCapitalDottedI) {
      append_utf8(out, U'i');
      append_utf8(out, kDotAbove);
    } else {
      append_utf8(out, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(text[i]))));
    }
  }
  return out;
}

std::string to_string(Normalization form) {
  switch (form) {
    case Normalization::nfc:
      return "nfc";
    case Normalization::nfkc:
      return "nfkc";
    case Normalization::none:
      break;
  }
  return "none";
}

Normalization normalization_from_string(std::string_view name) {
  for (Normalization form : {Normalization::nfc, Normalization::nfkc, Normalization::none})
    if (to_string(form) == name) return form;
  throw ValueError("normalization: expected nfc, nfkc or none, got \"" + std::string(name) + "\"");
}

std::string normalize(std::string_view utf8, Normalization form) {
  if (form == Normalization::none || is_ascii(utf8)) return std::string(utf8);
  utf8proc_uint8_t* bytes = nullptr;
  const int compatible = form == Normalization::nfkc ? UTF8PROC_COMPAT : 0;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | compatible);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                               static_cast<utf8proc_ssize_t>(utf8.size()), &bytes, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(bytes, &std::free);
  require<FormatError>(length >= 0, "normalize: ", utf8proc_errmsg(length));
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

}  // namespace weft::text
