#include <weft/models/data/label.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace weft::text;
using Lines = std::vector<std::string>;

TEST_CASE("labels are normalised like texts") {
  CHECK(clean_label("cafe\u0301", Normalization::nfc) == "café");
  CHECK(clean_label("cafe\u0301", Normalization::none) == "cafe\u0301");
  CHECK(clean_label("\uFB01lm", Normalization::nfc) == "\uFB01lm");
  CHECK(clean_label("\uFB01lm", Normalization::nfkc) == "film");
  CHECK(clean_label(" \u00A0very good\u3000\n", Normalization::nfc) == "very good");
}

TEST_CASE("a label that would break its line is refused") {
  const Lines broken{"a\nb",   "a\tb",  std::string("a\0b", 3), "a\rb", "a\vb", "a\u0085z", "a\u2028z", "a\u2029z",
                     "a\x1Bz", "a\x7Fz"};
  for (const std::string& label : broken)
    CHECK_THROWS_WITH_AS(clean_label(label, Normalization::nfc),
                         doctest::Contains("has a line break, a tab or another control character"), weft::ValueError);
  CHECK_THROWS_WITH_AS(clean_label("a\nb", Normalization::nfc),
                       "the label \"a\\x0ab\" has a line break, a tab or another control character: a label is a part of a line",
                       weft::ValueError);
  CHECK_THROWS_WITH_AS(clean_label("caf\xE9", Normalization::nfc), "the label \"caf\uFFFD\" is not UTF-8", weft::ValueError);
  CHECK_THROWS_WITH_AS(clean_label("\u00A0", Normalization::nfc), "the label \"\\u{00a0}\" is empty", weft::ValueError);
  for (const auto& [label, shown] :
       {std::pair("\u200B", "\\u{200b}"), {"\u00AD", "\\u{00ad}"}, {"\u200B \u2060", "\\u{200b} \\u{2060}"}})
    CHECK_THROWS_WITH_AS(clean_label(label, Normalization::nfc),
                         ("the label \"" + std::string(shown) + "\" is empty: it has no visible character").c_str(),
                         weft::ValueError);
}

TEST_CASE("an invisible difference is reported as code points") {
  const Lines known{"news", "sport", "très bon"};
  CHECK(look_alike("sp\u043Ert", known) == ", which has \"sport\": character 3 is U+043E, not U+006F");
  CHECK(look_alike("sport\u200B", known) == ", which has \"sport\": character 6 is U+200B, not the end");
  CHECK(look_alike("Sport", known) == ", which has \"sport\": character 1 is U+0053, not U+0073");
  CHECK(look_alike("très\u00A0bon", known) == ", which has \"très bon\": character 5 is U+00A0, not U+0020");
  CHECK(look_alike("spurt", known) == "");
  CHECK(look_alike("politics", known) == "");
  CHECK(look_alikes(Lines{"a", "b", "a\u200D", "B"}) ==
        Lines{"\"a\" and \"a\\u{200d}\" look alike: character 2 is the end, not U+200D"});
  CHECK(look_alikes(known).empty());
  CHECK(distinct_labels(Lines{"sport", "sport\u200B", "\uFB01lm", "film", "👩\u200D👧"}) ==
        Lines{"sport", "sport\\u{200b}", "\\u{fb01}lm", "film", "👩\u200D👧"});
}
