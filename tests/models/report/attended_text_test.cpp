#include "tests/models/charts/markup.h"

#include <weft/models/report/attended_text.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace weft::report {

namespace {

std::vector<AttendedText> example() {
  return {{{"where", "<can>", "eat"}, {0.25, 0, 1}, "city", "city", 0.982}, {{"דירה", "日本"}, {0.25, 0.75}, "a&b", "food", 0.5}};
}

}  // namespace

TEST_CASE("attended text: a page has cards with coloured words, wrong predictions first") {
  HtmlWriter html;
  write_html(html, example());
  const std::string page = html.take();
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("article") == 2);
  CHECK(page.find("<span class=\"h5\" title=\"0.250\">where</span> <span class=\"h0\" title=\"0.000\">&lt;can&gt;</span>") !=
        std::string::npos);
  CHECK(page.find("true label <b><bdi>a&amp;b</bdi></b>") < page.find("✓ right: "));
}

TEST_CASE("attended text: a terminal shows colours or bars, wrapped at its width") {
  const AttendedText text = example()[0], wide = example()[1];
  CHECK(terminal_picture(text) == "  city 98.2 %\n    where▃ <can>▁ eat█\n");
  CHECK(terminal_picture(wide, {.columns = 12}) == "  food 50.0 % (true: a&b)\n    דירה▃\n    日本▆\n");
  CHECK(terminal_picture(text, {.color = true}) ==
        "  city 98.2 %\n    \033[48;5;153;38;5;16mwhere\033[0m <can> \033[48;5;19;38;5;231meat\033[0m\n");
  const AttendedText even{{"a", "b", "c", "d", "e", "f"}, std::vector<double>(6, 1.0 / 6), "", "x", 0.5};
  CHECK(terminal_picture(even) == "  x 50.0 %\n    a▃ b▃ c▃ d▃ e▃ f▃\n");
  CHECK_THROWS_AS(terminal_picture({{"a"}, {}, "", "", 0}), ShapeError);
}

TEST_CASE("attended text: control characters of words and labels do not reach the terminal") {
  const AttendedText text{.words = {"warm\033[2J", "a\nb"}, .weights = {0.5, 0.5}, .truth = "r\033ain", .prediction = "s\aun"};
  const std::string picture = terminal_picture(text);
  for (char control : {'\033', '\a'}) CHECK(picture.find(control) == std::string::npos);
  CHECK(std::count(picture.begin(), picture.end(), '\n') == 2);
}

TEST_CASE("attended text: a NaN weight counts as zero") {
  const AttendedText text{.words = {"warm", "day"}, .weights = {std::nan(""), 0.5}, .truth = "sun", .prediction = "sun"};
  CHECK(terminal_picture(text).find("warm▁ day") != std::string::npos);
  HtmlWriter html;
  write_html(html, std::vector<AttendedText>{text});
  CHECK(test::read_markup(html.take()).error == "");
}

}  // namespace weft::report
