#include "tests/models/report/markup.h"

#include <weft/models/report/confusion.h>
#include <weft/tensor/error.h>

#include <doctest/doctest.h>

namespace weft::report {

namespace {

ConfusionCounts example() { return {{"city", "food", "<b>"}, {38, 2, 0, 5, 30, 1, 0, 0, 0}}; }

std::string html_of(const ConfusionCounts& confusion) {
  HtmlWriter html;
  write_html(html, confusion);
  return html.take();
}

}  // namespace

TEST_CASE("confusion: counts from pairs of labels, sorted") {
  const std::vector<std::string> truth{"b", "a", "b", "c"}, predicted{"b", "b", "a", "c"};
  const ConfusionCounts confusion = count_confusion(truth, predicted);
  CHECK(confusion.labels == std::vector<std::string>{"a", "b", "c"});
  CHECK(confusion.counts == std::vector<std::int64_t>{0, 1, 0, 1, 1, 0, 0, 0, 1});
  CHECK(confusion.total() == 4);
  CHECK_THROWS_AS(count_confusion(truth, std::span(predicted).first(2)), ShapeError);
}

TEST_CASE("confusion: precision, recall and F1 by label, 0 where there is nothing") {
  const auto scores = label_scores(example());
  CHECK(scores[0].precision == doctest::Approx(38.0 / 43));
  CHECK(scores[0].recall == doctest::Approx(38.0 / 40));
  CHECK(scores[0].f1 == doctest::Approx(2 * 38.0 / (40 + 43)));
  CHECK(scores[2].precision == 0);
  CHECK(scores[2].recall == 0);
  CHECK(scores[2].f1 == 0);
  CHECK(scores[2].predictions == 1);
}

TEST_CASE("confusion: the most frequent mistakes") {
  const auto mistakes = frequent_mistakes(example(), 2);
  REQUIRE(mistakes.size() == 2);
  CHECK(mistakes[0].truth == "food");
  CHECK(mistakes[0].predicted == "city");
  CHECK(mistakes[0].count == 5);
  CHECK(mistakes[1].count == 2);
}

TEST_CASE("confusion: on a page, a cell for each count, labels in order and escaped") {
  const std::string page = html_of(example());
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("rect", "cell") == 5);
  CHECK(page.find("true food, predicted city\n5 of 36 (13.9 %)</title>") != std::string::npos);
  CHECK(page.find("&lt;b&gt;") < page.find(">city<"));
  CHECK(page.find(">95.0<") != std::string::npos);  // recall of city
  CHECK_THROWS_AS(html_of({{"a", "b"}, {1, 2, 3}}), ShapeError);
}

TEST_CASE("confusion: a hundred labels make a page without a cell for each zero") {
  ConfusionCounts confusion;
  for (int i = 0; i < 100; ++i) confusion.labels.push_back("intent number " + std::to_string(100 + i));
  confusion.counts.resize(10000);
  for (std::size_t i = 0; i < 100; ++i) confusion.counts[i * 100 + i] = 30;
  confusion.counts[7] = 3;
  const test::Markup markup = test::read_markup(html_of(confusion));
  REQUIRE(markup.error == "");
  CHECK(markup.count("rect", "cell") == 101);
}

TEST_CASE("confusion: in a terminal, shades and counts while there is room") {
  CHECK(terminal_picture(example(), {.columns = 60}) ==
        "  true label (rows) by prediction (columns, the same order)\n"
        "  city  ██38  ·· 2\n"
        "  food  ░░ 5  ▓▓30  ·· 1\n"
        "  <b>\n"
        "  most frequent mistakes\n"
        "     5  food → city\n"
        "     2  city → food\n"
        "     1  food → <b>\n");
  const std::string narrow = terminal_picture(example(), {.columns = 20});
  CHECK(narrow.find("38") == std::string::npos);
  CHECK(narrow.find("  food ░░▓▓··\n") != std::string::npos);
}

}  // namespace weft::report
