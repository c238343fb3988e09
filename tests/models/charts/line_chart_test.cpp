#include "tests/models/charts/markup.h"

#include <weft/models/charts/detail/line_chart_axes.h>
#include <weft/models/charts/line_chart.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/report/learning_curves.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::report {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

LineChart example() {
  LineChart chart;
  chart.title = "Loss <a&b>";
  chart.x_title = "epoch";
  chart.x = {1, 2, 3, 4};
  chart.series = {{"training", {2, 1.5, 1, 0.5}, {}, {}}, {"dev", {1.9, kGap, 1.2, 1.3}, {}, {}}};
  chart.marked = 3;
  chart.mark = "best epoch 3";
  return chart;
}

std::string html_of(const LineChart& chart) {
  HtmlWriter html;
  write_html(html, chart);
  return html.take();
}

EpochRecord record(int epoch, double loss, double dev_loss, double dev_accuracy) {
  EpochRecord record;
  record.epoch = epoch;
  record.train = {loss, {{"accuracy", 0.5}}};
  record.validation = Scores{dev_loss, {{"accuracy", dev_accuracy}}};
  record.seconds = 2;
  record.tokens = 1000;
  record.learning_rate = 0.1;
  return record;
}

}  // namespace

TEST_CASE("line chart: a page has lines, gaps, hover values and a table") {
  const std::string page = html_of(example());
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("path", "curve") == 4);  // two lines, and two in the legend
  CHECK(markup.count("rect", "hit") == 4);
  CHECK(markup.count("line", "mark") == 1);
  CHECK(markup.count("tr") == 5);
  CHECK(page.find("epoch 2\ntraining: 1.5</title>") != std::string::npos);
  CHECK(page.find("epoch 3\ntraining: 1\ndev: 1.2</title>") != std::string::npos);
  CHECK(page.find("Loss &lt;a&amp;b&gt;") != std::string::npos);
  CHECK(page.find("nan") == std::string::npos);
}

TEST_CASE("line chart: it has names and bands") {
  LineChart chart;
  chart.title = "BLEU";
  chart.x_title = "words";
  chart.x = {0, 1};
  chart.x_labels = {"up to 10", "11+"};
  chart.x_notes = {"n 30", "n 12"};
  chart.series = {{"fixed vector", {30, 10}, {28, 7}, {31, 14}}};
  const std::string page = html_of(chart);
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("path", "band") == 1);
  CHECK(page.find("words up to 10, n 30\nfixed vector: 30 (28 to 31)</title>") != std::string::npos);
}

TEST_CASE("line chart: empty charts are left out, and lists of wrong sizes are an error") {
  LineChart chart = example();
  chart.series = {{"training", {kGap, kGap, kGap, kGap}, {}, {}}};
  CHECK(html_of(chart).empty());
  CHECK(terminal_picture(chart).empty());
  chart.series[0].values.pop_back();
  CHECK_THROWS_AS(html_of(chart), ShapeError);
}

TEST_CASE("line chart: a single point and equal values are drawn too") {
  LineChart chart = example();
  chart.x = {5};
  chart.series = {{"training", {0.25}, {}, {}}};
  chart.marked = 5;
  CHECK(test::read_markup(html_of(chart)).error == "");
  CHECK(html_of(chart).find("-") != std::string::npos);
  CHECK(terminal_picture(chart).find("training 0.2") != std::string::npos);
}

TEST_CASE("line chart: a terminal shows dots with each line's name and last value") {
  LineChart chart;
  chart.title = "Loss";
  chart.x_title = "epoch";
  chart.x = {1, 2, 3};
  chart.series = {{"train", {2, 1, 0}, {}, {}}, {"dev", {2, 1.5, 1}, {}, {}}};
  CHECK(terminal_picture(chart, {.columns = 32, .rows = 5, .color = false}) ==
        "  Loss\n"
        "  2.0 ┤⠙⠲⡢⢄⣀\n"
        "  1.5 ┤  ⠈⠑⢄⡉⠑⠢⢄⣀\n"
        "  1.0 ┤     ⠈⠢⡀  ⠉⠑⠢ dev 1.00\n"
        "  0.5 ┤       ⠈⠑⢄⡀\n"
        "  0.0 ┤          ⠈⠢⢄ train 0.00\n"
        "      └─────────────\n"
        "       1   epoch   3\n");
  CHECK(terminal_picture(chart, {.color = true}).find("\033[34m") != std::string::npos);
}

TEST_CASE("learning curves: each number has a chart that marks the best epoch") {
  History history{record(1, 2, 1.5, 0.6), record(2, 1, 1.2, 0.8), record(3, 0.5, 1.3, 0.8)};
  CHECK(best_epoch(history, "loss") == 2);
  CHECK(best_epoch(history, "accuracy") == 2);
  CHECK(best_epoch(history, "none of them") == 0);
  auto charts = learning_curves(history, "loss");
  REQUIRE(charts.size() == 4);
  CHECK(charts[0].title == "loss");
  CHECK(charts[0].series[1].values == std::vector<double>{1.5, 1.2, 1.3});
  CHECK(charts[0].marked == 2);
  CHECK(charts[1].title == "accuracy");
  CHECK(charts[1].series[1].values == std::vector<double>{60, 80, 80});
  CHECK(charts[2].title == "learning rate");
  CHECK(charts[3].series[0].values[0] == 500);

  history[1].validation.reset();
  charts = learning_curves(history, "loss");
  CHECK(std::isnan(charts[0].series[1].values[1]));
  CHECK(charts[0].marked == 3);
  for (EpochRecord& each : history) each.validation.reset();
  charts = learning_curves(history, "loss");
  CHECK(charts[0].series.size() == 1);
  CHECK_FALSE(charts[0].marked.has_value());
  history.resize(1);
  charts = learning_curves(history, "loss");
  REQUIRE(charts.size() == 4);  // a single epoch has all numbers too
  CHECK(charts[0].series[0].values == std::vector<double>{2});
  CHECK(terminal_picture(charts[0]).find("training 2.00") != std::string::npos);
  CHECK(learning_curves({}, "loss").empty());
}

TEST_CASE("learning curves: noise is not drawn as a trend") {
  History history{record(1, 2, 1.5, 0.9931), record(2, 2, 1.5, 0.9933), record(3, 2, 1.5, 0.9932)};
  for (EpochRecord& each : history) {
    each.train.metrics = each.validation->metrics;
    each.tokens = 105'000 + each.epoch;
    each.seconds = 1;
  }
  for (const LineChart& chart : learning_curves(history, "loss")) {
    CAPTURE(chart.title);
    const Range range = y_range(chart);
    if (chart.title == "speed" || chart.title == "learning rate") CHECK(range.low == 0);
    if (chart.title == "accuracy") {
      CHECK(range.high == 100);
      CHECK(range.low <= 91);
    }
    double largest = 0;
    for (const LineSeries& series : chart.series)
      for (double value : series.values) largest = std::max(largest, value);
    CHECK(range.high - range.low >= doctest::Approx(0.1 * largest));
  }
}

TEST_CASE("learning curves of several runs share charts") {
  const History shorter{record(1, 2, 1.5, 0.6), record(2, 1, 1.2, 0.8)};
  const History longer{record(1, 3, 2.5, 0.6), record(2, 2, 2.4, 0.8), record(3, 1, 2.3, 0.7)};
  const auto charts = overlaid({{"one", learning_curves(shorter, "loss")}, {"two", learning_curves(longer, "loss")}});
  REQUIRE(charts.size() == 4);
  CHECK(charts[0].title == "loss");
  CHECK(charts[0].x == std::vector<double>{1, 2, 3});
  REQUIRE(charts[0].series.size() == 4);
  CHECK(charts[0].series[0].name == "one (best epoch 2), training");
  CHECK(charts[0].series[1].values[1] == 1.2);
  CHECK(std::isnan(charts[0].series[1].values[2]));
  CHECK(charts[0].series[3].values == std::vector<double>{2.5, 2.4, 2.3});
  CHECK_FALSE(charts[0].marked.has_value());
  CHECK(charts[2].series[1].name == "two (best epoch 3)");
}

TEST_CASE("line chart: an axis of zeros is from 0 to 1, and a given lower end is kept") {
  LineChart chart = example();
  chart.series = {{"training", {0, 0, 0, 0}, {}, {}}};
  for (std::optional<double> low : {std::optional<double>(), std::optional<double>(0)}) {
    chart.y_low = low;
    const Axes axes(chart, 11);
    CHECK(axes.y_ticks.values.front() == 0);
    CHECK(axes.y_ticks.values.back() == 1);
  }
  chart.y_low = 5;
  chart.series[0].values = {5, 5, 5, 5};
  const Axes axes(chart, 11);
  CHECK(axes.y_ticks.values.front() == 5);
  CHECK(axes.y_ticks.values.back() > 5);
}

TEST_CASE("line chart: long names fit within a narrow terminal") {
  LineChart chart = example();
  chart.x = {0, 1};
  chart.x_labels = {"a first name that is long", "a last name that is long"};
  chart.series = {{"training", {1, 2}, {}, {}}};
  chart.marked.reset();
  for (int columns : {1, 24, 30, 40}) {
    const std::string picture = terminal_picture(chart, {.columns = columns});
    const std::size_t last = picture.rfind('\n', picture.size() - 2), line = picture.rfind('\n', last - 1);
    CHECK(display_width(picture.substr(last + 1)) == display_width(picture.substr(line + 1, last - line)));
  }
}

TEST_CASE("line chart: control characters of names do not reach the terminal") {
  LineChart chart = example();
  chart.title = "loss\033[2J";
  chart.x_labels = {"a\033[1m", "b", "c", "d\nd"};
  chart.series[0].name = "training\a";
  const std::string picture = terminal_picture(chart);
  CHECK(picture.find('\033') == std::string::npos);
  CHECK(picture.find('\a') == std::string::npos);
  CHECK(std::count(picture.begin(), picture.end(), '\n') == 12 + 3);
}

}  // namespace weft::report
