#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft::text;

namespace {

std::vector<char32_t> values(std::string_view bytes) {
  std::vector<char32_t> all;
  for (CodePoint c : CodePoints(bytes)) all.push_back(c.value);
  return all;
}

}  // namespace

TEST_CASE("every code point is unchanged by encoding and decoding") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string bytes;
    append_utf8(bytes, c);
    const CodePoint read = decode_utf8(bytes, 0);
    if (read.value != c || !read.valid || read.length != bytes.size()) FAIL("code point ", static_cast<unsigned>(c));
  }
}

TEST_CASE("code points take one to four bytes") {
  CHECK(values("aé€😀") == std::vector<char32_t>{U'a', U'é', U'€', U'😀'});
  CHECK(values("").empty());
}

TEST_CASE("surrogates and values over U+10FFFF are written as U+FFFD") {
  for (char32_t c : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}}) {
    std::string bytes;
    append_utf8(bytes, c);
    CHECK(bytes == "\uFFFD");
  }
}

TEST_CASE("invalid bytes become U+FFFD, one for each maximal prefix of a sequence") {
  struct Row {
    std::string bytes, repaired;
    std::size_t bad_sequences, first_offset;
  };
  const std::vector<Row> rows = {
      {"\x80", "\uFFFD", 1, 0},                                // a continuation byte alone
      {"caf\xE9 noir", "caf\uFFFD noir", 1, 3},                // Latin-1
      {"a\xC0\xAF", "a\uFFFD\uFFFD", 2, 1},                    // overlong
      {"\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD", 3, 0},            // overlong, three bytes
      {"\xED\xA0\x80!", "\uFFFD\uFFFD\uFFFD!", 3, 0},          // a surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD", 4, 0},  // over U+10FFFF
      {"\xF5", "\uFFFD", 1, 0},                                // never a first byte
      {"\xE2\x82", "\uFFFD", 1, 0},                            // cut off at the end
      {"\xF0\x9F\x98x", "\uFFFDx", 1, 0},                      // cut off by a letter
      {"é\xFF€\xFE", "é\uFFFD€\uFFFD", 2, 2},                  // valid ones are kept
  };
  for (const Row& row : rows) {
    const RepairedText result = repair_utf8(row.bytes);
    CHECK(result.text == row.repaired);
    CHECK(result.bad_sequences == row.bad_sequences);
    CHECK(result.first_offset == row.first_offset);
    CHECK_FALSE(is_valid_utf8(row.bytes));
    CHECK(is_valid_utf8(result.text));
  }
}

TEST_CASE("valid UTF-8 is not changed, including U+FFFD and NUL") {
  const std::string text = std::string("x\uFFFD") + '\0' + "y";
  CHECK(repair_utf8(text).text == text);
  CHECK(repair_utf8(text).bad_sequences == 0);
}

TEST_CASE("decoding outside the string is an error") {
  CHECK_THROWS_WITH_AS(decode_utf8("ab", 2), "decode_utf8: offset outside the string: 2 of 2 bytes", weft::IndexError);
}

TEST_CASE("lower-casing works beyond ASCII") {
  CHECK(lower_case("ÀÉÎŒ Straße ŠŽ ΑΒΓΔ ЖЯ 9_A") == "àéîœ straße šž αβγδ жя 9_a");
  CHECK(lower_case("日本") == "日本");
}

TEST_CASE("normalisation") {
  CHECK(normalize("e\u0301te\u0301") == "été");
  CHECK(normalize("plain") == "plain");
  CHECK(normalize("") == "");
  // "ﬁ", "①", "Ａ", "½", a no-break space, "…", "ẛ": as Python's unicodedata has them.
  const char* text = "\uFB01 \u2460 \uFF21 \u00BD x\u00A0y \u2026 \u017F\u0307 e\u0301";
  CHECK(normalize(text) == "\uFB01 \u2460 \uFF21 \u00BD x\u00A0y \u2026 \u1E9B \u00E9");
  CHECK(normalize(text, Normalization::nfkc) == "fi 1 A 1\u20442 x y ... \u1E61 \u00E9");
  CHECK(normalize(text, Normalization::none) == text);
}

TEST_CASE("characters are classified") {
  for (char32_t c : {U'a', U'É', U'7', U'_', U'\u0301', U'\u200D', U'日'}) CHECK(character_class(c) == CharacterClass::word);
  for (char32_t c : {U' ', U'\t', U'\u00A0', U'\u3000', U'\u0000', U'\u0085'}) CHECK(character_class(c) == CharacterClass::space);
  for (char32_t c : {U'.', U'-', U'\'', U'’', U'«', U'(', U'$', U'+', U'😀', U'。'})
    CHECK(character_class(c) == CharacterClass::mark);
  CHECK(is_letter(U'é'));
  CHECK_FALSE(is_letter(U'5'));
  CHECK(is_digit(U'5'));
}
