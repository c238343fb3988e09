// Properties of characters, by utf8proc (Debian: libutf8proc-dev). Only unicode.cpp includes it.
#pragma once

#include <weft/tensor/base/enum_names.h>

#include <string>
#include <string_view>

namespace weft::text {

// The role of a character in splitting text into words.
enum class CharacterClass {
  word,   // letters, marks, digits, connectors such as _, and format characters such as the zero-width joiner
  space,  // white space and control characters
  mark,   // punctuation and symbols
};

CharacterClass character_class(char32_t code_point);
bool is_letter(char32_t code_point);
bool is_digit(char32_t code_point);
// Returns whether it is a mark on the character before, such as an accent or a Thai tone.
bool is_combining(char32_t code_point);
// Whether it is a letter of a script that is written without spaces between words: Han, kana, bopomofo, and those of South East
// Asia whose lines break by dictionary (Unicode Standard Annex 14, classes ID and SA): Thai, Lao, Khmer, Burmese, Tai.
bool is_unspaced(char32_t code_point);

// Whether it is invisible or looks like a space: control and format characters, line and paragraph separators, spaces but U+0020,
// variation selectors and fillers.
bool is_invisible(char32_t code_point);

// How many columns of a terminal it takes: 0 (combining), 1, or 2 (East Asian wide).
int terminal_columns(char32_t code_point);
// Whether it is written from right to left, as Hebrew and Arabic letters are.
bool is_right_to_left(char32_t code_point);

// Lower-cases each code point by Unicode's simple mapping (one to one, no locale, no final sigma). Bytes must be UTF-8.
std::string lower_case(std::string_view utf8);

// Lower-cases by Unicode's full mapping, as Python's str.lower does: a sigma at a word's end becomes the final one, and U+0130
// two code points. Bytes must be UTF-8.
std::string lower_case_in_context(std::string_view utf8);

// Unicode's normalisation forms. C: "e" and a combining acute become "é". KC: characters that only look different too, such as
// "ﬁ" and "fi", full-width and usual letters, no-break and usual spaces.
enum class Normalization { nfc, nfkc, none };
inline constexpr EnumName<Normalization> kNormalizationNames[] = {
    {Normalization::nfc, "nfc"}, {Normalization::nfkc, "nfkc"}, {Normalization::none, "none"}};
std::string to_string(Normalization form);

// The text in that form. Bytes must be UTF-8.
std::string normalize(std::string_view utf8, Normalization form = Normalization::nfc);

}  // namespace weft::text
