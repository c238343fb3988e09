#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/tensor/base/error.h>

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <vector>

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
  const bool punctuation = kind >= UTF8PROC_CATEGORY_PD && kind <= UTF8PROC_CATEGORY_PO;  // all of category P except connectors
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

bool is_combining(char32_t code_point) {
  const utf8proc_category_t kind = category(code_point);
  return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_MC || kind == UTF8PROC_CATEGORY_ME;
}

bool is_unspaced(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  // The blocks of these scripts. Digits, punctuation and other characters in them that are not letters are excluded below.
  static constexpr Range kBlocks[] = {
      {0x0E00, 0x0EFF},    // Thai, Lao
      {0x1000, 0x109F},    // Burmese
      {0x1780, 0x17FF},    // Khmer
      {0x1950, 0x19DF},    // Tai Le, New Tai Lue
      {0x1A20, 0x1AAF},    // Tai Tham
      {0x3000, 0x30FF},    // ideographic marks, hiragana, katakana
      {0x3100, 0x312F},    // bopomofo
      {0x31A0, 0x31FF},    // bopomofo and katakana, extended
      {0x3400, 0x4DBF},    // Han, extension A
      {0x4E00, 0x9FFF},    // Han
      {0xA9E0, 0xA9FF},    // Burmese, extended
      {0xAA60, 0xAADF},    // Burmese, extended; Tai Viet
      {0xF900, 0xFAFF},    // Han, compatibility
      {0xFF66, 0xFF9F},    // katakana of half width
      {0x11700, 0x1174F},  // Ahom
      {0x1AFF0, 0x1B16F},  // kana, extended
      {0x20000, 0x323AF},  // Han, extensions B to H
  };
  if (c < kBlocks[0].first) return false;
  const bool in_block = std::any_of(std::begin(kBlocks), std::end(kBlocks), [c](Range r) { return c >= r.first && c <= r.last; });
  return in_block && (is_letter(c) || category(c) == UTF8PROC_CATEGORY_NL);
}

bool is_invisible(char32_t c) {
  if (c >= 0x20 && c < 0x7F) return false;
  const utf8proc_category_t kind = category(c);
  const bool unseen = kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CF || kind == UTF8PROC_CATEGORY_ZS ||
                      kind == UTF8PROC_CATEGORY_ZL || kind == UTF8PROC_CATEGORY_ZP;
  constexpr std::u32string_view kFillers = U"\u034F\u115F\u1160\u17B4\u17B5\u180B\u180C\u180D\u180F\u2800\u3164\uFFA0";
  return unseen || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || kFillers.find(c) != kFillers.npos;
}

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

// Unicode's Case_Ignorable: characters that are skipped when a sigma's neighbours are looked at.
bool is_case_ignorable(char32_t code_point) {
  constexpr std::u32string_view kInsideWords =
      U"'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";
  const utf8proc_category_t kind = category(code_point);
  return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME || kind == UTF8PROC_CATEGORY_CF ||
         kind == UTF8PROC_CATEGORY_LM || kind == UTF8PROC_CATEGORY_SK || kInsideWords.find(code_point) != kInsideWords.npos;
}

// Returns whether the sigma at `position` has a letter before it and none after it in its word.
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

std::string to_string(Normalization form) { return name_in(kNormalizationNames, form); }

namespace {

int combining_class(char32_t code_point) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point))->combining_class;
}

// Returns the code points of the canonical or compatible decomposition, not yet in canonical order.
std::vector<utf8proc_int32_t> decompose(std::string_view utf8, utf8proc_option_t options) {
  std::vector<utf8proc_int32_t> points;
  points.reserve(utf8.size() + 1);
  for (CodePoint c : CodePoints(utf8)) {
    std::array<utf8proc_int32_t, 32> parts{};  // the longest decomposition has 18
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c.value), parts.data(), parts.size(), options, nullptr);
    require<FormatError>(count >= 0 && count <= std::ssize(parts), "normalize: ", utf8proc_errmsg(count));
    points.insert(points.end(), parts.begin(), parts.begin() + count);
  }
  return points;
}

// Sorts each run of combining marks by their classes. utf8proc's own sorting takes quadratic time in the length of a run.
void order_marks(std::vector<utf8proc_int32_t>& points) {
  auto class_of = [](utf8proc_int32_t point) { return combining_class(static_cast<char32_t>(point)); };
  auto is_mark = [&](utf8proc_int32_t point) { return class_of(point) != 0; };
  for (auto begin = points.begin(); begin != points.end();) {
    begin = std::find_if(begin, points.end(), is_mark);
    const auto end = std::find_if_not(begin, points.end(), is_mark);
    if (end - begin > 1)
      std::stable_sort(begin, end, [&](utf8proc_int32_t a, utf8proc_int32_t b) { return class_of(a) < class_of(b); });
    begin = end;
  }
}

}  // namespace

std::string normalize(std::string_view utf8, Normalization form) {
  if (form == Normalization::none || is_ascii(utf8)) return std::string(utf8);
  const int compatible = form == Normalization::nfkc ? UTF8PROC_COMPAT : 0;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | compatible);
  std::vector<utf8proc_int32_t> points = decompose(utf8, options);
  order_marks(points);
  const utf8proc_ssize_t count = utf8proc_normalize_utf32(points.data(), std::ssize(points), options);
  require<FormatError>(count >= 0, "normalize: ", utf8proc_errmsg(count));
  std::string result;
  result.reserve(utf8.size());
  for (utf8proc_ssize_t i = 0; i < count; ++i) append_utf8(result, static_cast<char32_t>(points[static_cast<std::size_t>(i)]));
  return result;
}

}  // namespace weft::text
