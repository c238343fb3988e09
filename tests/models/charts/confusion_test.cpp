#include "tests/models/charts/markup.h"

#include <weft/models/charts/confusion.h>

#include <doctest/doctest.h>

#include <algorithm>

namespace weft::report {

namespace {

// counts[i][j] is the number of examples of label i that were predicted to be label j.
metrics::ConfusionMatrix matrix_of(const std::vector<std::string>& labels, const std::vector<std::vector<int>>& counts) {
  metrics::ConfusionMatrix matrix(labels);
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::size_t j = 0; j < labels.size(); ++j)
      for (int n = 0; n < counts[i][j]; ++n) matrix.add(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
  return matrix;
}

metrics::ConfusionMatrix example() { return matrix_of({"<b>", "city", "food"}, {{0, 0, 0}, {0, 38, 2}, {1, 5, 30}}); }

std::string html_of(const metrics::ConfusionMatrix& confusion) {
  HtmlWriter html;
  write_html(html, confusion);
  return html.take();
}

}  // namespace

TEST_CASE("confusion: the most frequent mistakes come first") {
  const auto mistakes = frequent_mistakes(example(), 2);
  REQUIRE(mistakes.size() == 2);
  CHECK(mistakes[0].truth == "food");
  CHECK(mistakes[0].predicted == "city");
  CHECK(mistakes[0].count == 5);
  CHECK(mistakes[1].count == 2);
}

TEST_CASE("confusion: labels that look alike are distinguished in pictures, pages and tables") {
  const metrics::ConfusionMatrix matrix = matrix_of({"sport", "sport\u200b"}, {{5, 2}, {1, 7}});
  const std::string picture = terminal_picture(matrix), page = html_of(matrix);
  for (const std::string& text : {picture, page}) {
    CHECK(text.find("sport\\u{200b}") != std::string::npos);
    CHECK(text.find("\u200b") == std::string::npos);
  }
  CHECK(frequent_mistakes(matrix, 1)[0].predicted == "sport\\u{200b}");
}

TEST_CASE("confusion: a page has a cell for each count, and labels are escaped") {
  const std::string page = html_of(example());
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("rect", "cell") == 5);
  CHECK(page.find("true food, predicted city\n5 of 36 (13.9 %)</title>") != std::string::npos);
  CHECK(page.find("&lt;b&gt;") < page.find(">city<"));
  CHECK(page.find(">95.0<") != std::string::npos);  // the recall of city
}

TEST_CASE("confusion: a page with a hundred labels has no cells for zeros") {
  std::vector<std::string> labels;
  for (int i = 0; i < 100; ++i) labels.push_back("intent number " + std::to_string(100 + i));
  metrics::ConfusionMatrix confusion(labels);
  for (std::int64_t i = 0; i < 100; ++i) confusion.add(i, i);
  confusion.add(0, 7);
  const test::Markup markup = test::read_markup(html_of(confusion));
  REQUIRE(markup.error == "");
  CHECK(markup.count("rect", "cell") == 101);
}

TEST_CASE("confusion: pictures of very many labels show those with the most mistakes") {
  constexpr std::int64_t kLabels = 5'000;
  std::vector<std::string> labels;
  for (std::int64_t i = 0; i < kLabels; ++i) labels.push_back("label " + std::to_string(i));
  metrics::ConfusionMatrix confusion(labels);
  for (std::int64_t i = 0; i < kLabels; ++i) confusion.add(i, i);
  for (int i = 0; i < 3; ++i) confusion.add(4'900, 7);
  CHECK(most_confused(confusion, 2) == std::vector<std::size_t>{7, 4'900});
  const std::string page = html_of(confusion), picture = terminal_picture(confusion, {.columns = 80});
  CHECK(page.find("The matrix shows the 100 of 5000 labels with the most mistakes.") != std::string::npos);
  CHECK(test::read_markup(page).count("rect", "cell") == 101);
  CHECK(std::count(picture.begin(), picture.end(), '\n') < 70);
  CHECK(picture.find(", 56 of 5000 labels: with the most mistakes\n") != std::string::npos);
  CHECK(picture.find("3  label 4900 → label 7\n") != std::string::npos);
}

TEST_CASE("confusion: a terminal shows shades, and counts if there is room") {
  CHECK(terminal_picture(example(), {.columns = 60}) ==
        "  true label (rows) by prediction (columns, the same order)\n"
        "  <b>\n"
        "  city        ██38  ·· 2\n"
        "  food  ·· 1  ░░ 5  ▓▓30\n"
        "  most frequent mistakes\n"
        "     5  food → city\n"
        "     2  city → food\n"
        "     1  food → <b>\n");
  const std::string narrow = terminal_picture(example(), {.columns = 20});
  CHECK(narrow.find("38") == std::string::npos);
  CHECK(narrow.find("  food ··░░▓▓\n") != std::string::npos);
}

TEST_CASE("confusion: control characters of labels do not reach the terminal") {
  const std::string picture = terminal_picture(matrix_of({"a\033[2J", "b\nb"}, {{1, 1}, {0, 1}}));
  CHECK(picture.find('\033') == std::string::npos);
  CHECK(picture.find("\n  b b ") != std::string::npos);
}

}  // namespace weft::report
