#include <weft/models/report/text_width.h>

#include <doctest/doctest.h>

namespace weft::report {

TEST_CASE("text width: wide characters take two columns, combining ones none") {
  CHECK(display_width("forêt") == 5);
  CHECK(display_width("fore\u0302t") == 5);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("한국") == 4);
  CHECK(display_width("") == 0);
  CHECK(pad_right("日本", 6) + "|" == "日本  |");
  CHECK(pad_left("é", 3) == "  é");
  CHECK(pad_left("longer", 3) == "longer");
}

TEST_CASE("text width: what is too wide is cut with an ellipsis") {
  CHECK(fit_width("short", 5) == "short");
  CHECK(fit_width("longer", 5) == "long…");
  CHECK(fit_width("日本語です", 6) == "日本…");
  CHECK(fit_width("a\tb\nc", 9) == "a b c");
  CHECK(fit_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  const std::string word(100, 'w');
  CHECK(pixel_width(fit_pixels(word, 12, 60), 12) <= 60);
  CHECK(fit_pixels("word", 12, 60) == "word");
}

TEST_CASE("text width: the direction of most letters") {
  CHECK(right_to_left("שלום עולם"));
  CHECK(right_to_left("مرحبا 123 ok"));
  CHECK_FALSE(right_to_left("hello שלום you"));
  CHECK_FALSE(right_to_left("123 ..."));
}

TEST_CASE("text width: where not even the ellipsis fits there is nothing") {
  CHECK(fit_width("longer", 1) == "…");
  CHECK(fit_width("longer", 0) == "");
  CHECK(fit_width("", 0) == "");
  CHECK(fit_pixels("longer", 12, 1) == "");
}

TEST_CASE("text width: control characters become replacement characters, those of white space spaces") {
  CHECK(fit_width("a\033[1mb\x7f\u0085", 20) == "a\uFFFD[1mb\uFFFD\uFFFD");
  CHECK(pad_right("a\033\n", 4) + "|" == "a\uFFFD  |");
  CHECK(pad_left("\033", 2) == " \uFFFD");
}

}  // namespace weft::report
