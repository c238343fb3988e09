#include <weft/models/text/regex.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

using namespace weft;
using text::Regex;
using Views = std::vector<std::string_view>;

TEST_CASE("regex: matches from left to right, without overlap") {
  CHECK(Regex("a.").matches("abacaad") == Views{"ab", "ac", "aa"});
  CHECK(Regex("\\w+(?='s)|'s").matches("Anna's cat") == Views{"Anna", "'s"});
  CHECK(Regex("^\\S+").matches("only the first") == Views{"only"});
  CHECK(Regex("x").matches("").empty());
  CHECK(Regex("x").pattern() == "x");
}

TEST_CASE("regex: empty matches do not count, and the search continues after them") {
  CHECK(Regex("b*").matches("abba b") == Views{"bb", "b"});
  CHECK(Regex("\\b").matches("two words").empty());
  CHECK(Regex("").matches("abc").empty());
}

TEST_CASE("regex: character classes cover all scripts, and a character is a code point") {
  CHECK(Regex("\\w+").matches("Élan vital, 東京 \u0662\u0664 naïve") == Views{"Élan", "vital", "東京", "\u0662\u0664", "naïve"});
  CHECK(Regex(".").matches("é東\U0001F600") == Views{"é", "東", "\U0001F600"});
  CHECK(Regex("\\p{Lu}").matches("aÄbΩ") == Views{"Ä", "Ω"});
  CHECK(Regex("(?i)straße").matches("STRAßE") == Views{"STRAßE"});
}

TEST_CASE("regex: long texts do not use the stack") {
  const std::string text(std::size_t{4} << 20, 'a');
  CHECK(Regex("(?:a|b)+").matches(text) == Views{text});
  CHECK(Regex("(a|ab)(c|bcd)*").matches(text).size() == text.size());
}

TEST_CASE("regex: invalid patterns and searches that take too long are refused with the reason") {
  CHECK_THROWS_WITH_AS(Regex("[a-"), "regular expression \"[a-\": missing terminating ] for character class, at byte 3",
                       ValueError);
  CHECK_THROWS_WITH_AS(Regex("a)"), "regular expression \"a)\": unmatched closing parenthesis, at byte 1", ValueError);
  CHECK_THROWS_WITH_AS(Regex("\xff"), "regular expression \"\uFFFD\": is not UTF-8", ValueError);
  CHECK_THROWS_WITH_AS(Regex("(x+x+)+[yz]").matches("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
                       "regular expression \"(x+x+)+[yz]\": match limit exceeded, in \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
                       ValueError);
}

TEST_CASE("regex: \\K may shorten a match, but not reverse it") {
  CHECK(Regex("a\\Kb").matches("abab b") == Views{"b", "b"});
  for (const char* pattern : {"(?=(?1))(?(DEFINE)(ab\\K))", "(?=(?1))(?(DEFINE)(..\\K)).", "(?(DEFINE)(?<x>b\\K))a(?=(?&x))"})
    CHECK_THROWS_WITH_AS(Regex(pattern).matches("abab ab"),
                         doctest::Contains(": \\K moves the start of a match out of it, in \"abab ab\""), ValueError);
}
