#include <weft/models/charts/text_width.h>

#include <doctest/doctest.h>

#include <set>

namespace weft::report {

TEST_CASE("text width: wide characters take two columns, and combining characters none") {
  CHECK(display_width("forêt") == 5);
  CHECK(display_width("fore\u0302t") == 5);
  CHECK(display_width("日本語") == 6);
  CHECK(display_width("한국") == 4);
  CHECK(display_width("") == 0);
  CHECK(pad_right("日本", 6) + "|" == "日本  |");
  CHECK(pad_left("é", 3) == "  é");
  CHECK(pad_left("longer", 3) == "longer");
}

TEST_CASE("text width: text that is too wide is cut with an ellipsis") {
  CHECK(fit_width("short", 5) == "short");
  CHECK(fit_width("longer", 5) == "long…");
  CHECK(fit_width("日本語です", 6) == "日本…");
  CHECK(fit_width("a\tb\nc", 9) == "a b c");
  CHECK(fit_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  const std::string word(100, 'w');
  CHECK(pixel_width(fit_pixels(word, 12, 60), 12) <= 60);
  CHECK(fit_pixels("word", 12, 60) == "word");
}

TEST_CASE("labels that begin alike stay different when they are shortened") {
  const std::vector<std::string> labels{"balance_not_updated_after_bank_transfer",
                                        "balance_not_updated_after_cheque_or_cash_deposit",
                                        "balance_not_updated_after_cheque_or_cash_withdrawal", "balance_not_updated", "balance"};
  for (double most : {80.0, 110.0, 150.0, 1000.0}) {
    CAPTURE(most);
    const std::vector<std::string> shortened = fit_labels(labels, 12, most);
    CHECK(std::set<std::string>(shortened.begin(), shortened.end()).size() == labels.size());
    for (const std::string& label : shortened) CHECK(pixel_width(label, 12) <= most);
    CHECK(shortened[4] == "balance");
  }
  CHECK(fit_labels(labels, 12, 1000) == labels);
  CHECK(fit_labels({"the", "the"}, 12, 100) == std::vector<std::string>{"the", "the"});

  std::vector<std::string> many;  // labels that differ in one letter in the middle
  for (char letter = 'a'; letter <= 'z'; ++letter) many.push_back(std::string(30, 'x') + letter + std::string(30, 'y'));
  const std::vector<std::string> columns = fit_labels_to_columns(many, 20);
  CHECK(std::set<std::string>(columns.begin(), columns.end()).size() == many.size());
  for (const std::string& label : columns) CHECK(display_width(label) <= 20);
}

TEST_CASE("text width: the direction is that of most letters") {
  CHECK(right_to_left("שלום עולם"));
  CHECK(right_to_left("مرحبا 123 ok"));
  CHECK_FALSE(right_to_left("hello שלום you"));
  CHECK_FALSE(right_to_left("123 ..."));
}

TEST_CASE("text width: if not even the ellipsis fits, the text is empty") {
  CHECK(fit_width("longer", 1) == "…");
  CHECK(fit_width("longer", 0) == "");
  CHECK(fit_width("", 0) == "");
  CHECK(fit_pixels("longer", 12, 1) == "");
}

TEST_CASE("text width: control characters become replacement characters, and white space becomes spaces") {
  CHECK(fit_width("a\033[1mb\x7f\u0085", 20) == "a\uFFFD[1mb\uFFFD\uFFFD");
  CHECK(pad_right("a\033\n", 4) + "|" == "a\uFFFD  |");
  CHECK(pad_left("\033", 2) == " \uFFFD");
}

}  // namespace weft::report
