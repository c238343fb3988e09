#include <weft/models/io/one_line.h>

#include <doctest/doctest.h>

#include <string>

using namespace weft::text;

TEST_CASE("characters that would break a line or column are written as pictures") {
  CHECK(one_line("plain text, a\\nb \xE2\x80\x8D and 日本") == "plain text, a\\nb \xE2\x80\x8D and 日本");
  CHECK(one_line(std::string("a\nb\tc\0d\r\v\f\x1B\x7F", 12)) == "a␊b␉c␀d␍␋␌␛␡");
  CHECK(one_line("x\u0085y\u2028z\u2029") == "x␤y␤z␤");
  CHECK(one_line("") == "");
  CHECK(one_line("caf\xE9") == "caf\xE9");
  CHECK(one_word(" a b\n") == "␠a␠b␊");
}

TEST_CASE("no character remains that could end a line, a column or a string") {
  std::string all;
  for (char c = 0; c < 0x20; ++c) all += c;
  all += "\x7F\u0085\u2028\u2029";
  for (const char* end : {"\n", "\r", "\t", "\v", "\f", "\x1C", "\x1D", "\x1E", "\u0085", "\u2028", "\u2029"})
    CHECK(one_line(all).find(end) == std::string::npos);
  CHECK(one_line(all).find('\0') == std::string::npos);
}
