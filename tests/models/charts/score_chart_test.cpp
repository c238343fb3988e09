#include <doctest/doctest.h>
#include <weft/models/charts/score_chart.h>
#include <weft/tensor/base/error.h>

#include <cmath>
#include <limits>

#include "tests/models/charts/markup.h"

using namespace weft;

namespace {

report::ScoreChart example() {
  return {.title = "dev accuracy, %",
          .score = "accuracy",
          .columns = {"runs"},
          .rows = {{"--a <1>", "a <1>", {80, 82, 84}, 82, 2, {"3"}},
                   {"--b", "b", {70}, 70, std::numeric_limits<double>::quiet_NaN(), {"1"}}},
          .marked = 0,
          .mark = "advised",
          .noise = 1.5};
}

std::string drawn(const report::ScoreChart& chart) {
  report::HtmlWriter html;
  write_html(html, chart);
  return html.take();
}

double number(const test::MarkupElement& element, const std::string& name) { return std::stod(element.attributes.at(name)); }

}  // namespace

TEST_CASE("a score chart has a mean for each row, its runs, its deviation and the noise below the best") {
  const std::string html = drawn(example());
  const test::Markup page = test::read_markup(html);
  CHECK(page.error == "");
  CHECK(html.find("advised: a &lt;1&gt;") != std::string::npos);
  CHECK(html.find("82.00 ± 2.00") != std::string::npos);
  CHECK(html.find("<td>70.00</td><td>1</td>") != std::string::npos);
  CHECK(html.find("nan") == std::string::npos);
  std::vector<const test::MarkupElement*> circles, lines, bands;
  for (const test::MarkupElement& element : page.elements) {
    const auto kind = element.attributes.find("class");
    if (element.tag == "circle") circles.push_back(&element);
    if (element.tag == "line" && kind->second == "curve s0") lines.push_back(&element);
    if (element.tag == "rect" && kind->second == "band s0") bands.push_back(&element);
  }
  REQUIRE(circles.size() == 3 + 1 + 1);  // three runs and their mean; one run is its mean
  REQUIRE(lines.size() == 1);
  REQUIRE(bands.size() == 1);
  const double mean = number(*circles[3], "cx"), run = number(*circles[2], "cx"), other = number(*circles[4], "cx");
  const double point = (mean - other) / 12;  // 82 and 70
  CHECK(run - mean == doctest::Approx(2 * point).epsilon(0.01));
  CHECK(number(*lines[0], "x1") == doctest::Approx(mean - 2 * point).epsilon(0.01));
  CHECK(number(*lines[0], "x2") == doctest::Approx(mean + 2 * point).epsilon(0.01));
  CHECK(number(*bands[0], "width") == doctest::Approx(1.5 * point).epsilon(0.02));
  CHECK(number(*circles[4], "cy") > number(*circles[3], "cy"));
}

TEST_CASE("a score chart may have equal scores or none") {
  report::ScoreChart chart = example();
  for (auto& row : chart.rows) row.runs = {50}, row.mean = 50, row.deviation = 0;
  chart.noise = 0;
  const std::string html = drawn(chart);
  CHECK(test::read_markup(html).error == "");
  CHECK(html.find("nan") == std::string::npos);
  chart.rows.clear();
  CHECK(drawn(chart).empty());
}

TEST_CASE("a score chart refuses rows without runs, a wrong number of cells, and a marked row that does not exist") {
  report::ScoreChart chart = example();
  chart.marked = 2;
  CHECK_THROWS_WITH_AS(drawn(chart), "score chart: row 2 is marked, of 2", IndexError);
  chart = example();
  chart.rows[1].cells.clear();
  CHECK_THROWS_WITH_AS(drawn(chart), "score chart: \"--b\" has 0 cells for 1 columns", ValueError);
  chart.rows[0].runs.clear();
  CHECK_THROWS_WITH_AS(drawn(chart), "score chart: \"--a <1>\" has no runs", ValueError);
}
