#include <weft/models/charts/numbers.h>
#include <weft/models/charts/score_chart.h>
#include <weft/models/charts/text_width.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cmath>

namespace weft::report {

namespace {

// Each name is above its row, so that a long name has the whole width of a phone.
constexpr double kWidth = 336, kRow = 40, kAxis = 24, kScoreFont = 12.5, kSide = 14;

void check(const ScoreChart& chart) {
  for (const ScoreChart::Row& row : chart.rows) {
    require<ValueError>(!row.runs.empty(), "score chart: \"", row.name, "\" has no runs");
    require<ValueError>(row.cells.size() == chart.columns.size(), "score chart: \"", row.name, "\" has ", row.cells.size(),
                        " cells for ", chart.columns.size(), " columns");
  }
  require<IndexError>(!chart.marked || *chart.marked < chart.rows.size(), "score chart: row ", chart.marked.value_or(0),
                      " is marked, of ", chart.rows.size());
}

std::string score_of(const ScoreChart::Row& row) {
  return fixed(row.mean, 2) + (row.runs.size() > 1 ? " ± " + fixed(row.deviation, 2) : "");
}

std::string tip(const ScoreChart::Row& row) {
  std::string runs;
  for (double run : row.runs) runs += (runs.empty() ? "" : ", ") + fixed(run, 2);
  return row.name + "\n" + score_of(row) + "\nruns: " + runs;
}

class Drawing {
 public:
  Drawing(HtmlWriter& html, const ScoreChart& chart) : html_(html), chart_(chart) {
    double low = chart.rows[0].mean - chart.noise, high = chart.rows[0].mean;
    auto widen = [&](double value) {
      if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    };
    for (const ScoreChart::Row& row : chart.rows) {
      for (double run : row.runs) widen(run);
      if (row.runs.size() > 1) widen(row.mean - row.deviation), widen(row.mean + row.deviation);
    }
    ticks_ = ticks(low, high, 5);
    height_ = kRow * static_cast<double>(chart.rows.size());
  }

  void write() {
    html_.open(
        "svg",
        {{"viewBox", "0 0 " + pixels(kWidth) + " " + pixels(height_ + kAxis)}, {"role", "img"}, {"aria-label", chart_.title}});
    if (chart_.noise > 0) {
      const double right = x(chart_.rows[0].mean), left = x(chart_.rows[0].mean - chart_.noise);
      html_.empty(
          "rect",
          {{"class", "band s0"}, {"x", pixels(left)}, {"y", "0"}, {"width", pixels(right - left)}, {"height", pixels(height_)}});
    }
    for (double tick : ticks_.values) {
      line("grid", x(tick), 0, x(tick), height_);
      html_.element("text", {{"class", "quiet"}, {"x", pixels(x(tick))}, {"y", pixels(height_ + 16)}, {"text-anchor", "middle"}},
                    ticks_.label(tick));
    }
    for (std::size_t i = 0; i < chart_.rows.size(); ++i) write_row(i);
    html_.close();
  }

 private:
  double x(double value) const {
    const double low = ticks_.values.front(), high = ticks_.values.back();
    return kSide + (kWidth - 2 * kSide) * (std::clamp(value, low, high) - low) / (high - low);
  }
  void line(const char* kind, double x1, double y1, double x2, double y2) {
    html_.empty("line", {{"class", kind}, {"x1", pixels(x1)}, {"y1", pixels(y1)}, {"x2", pixels(x2)}, {"y2", pixels(y2)}});
  }
  void dot(double value, double y, double radius, bool faint) {
    html_.empty(
        "circle",
        {{"class", faint ? "dot band s0" : "dot s0"}, {"cx", pixels(x(value))}, {"cy", pixels(y)}, {"r", pixels(radius)}});
  }
  void write_row(std::size_t i) {
    const ScoreChart::Row& row = chart_.rows[i];
    const double top = kRow * static_cast<double>(i), y = top + 29;
    const bool marked = chart_.marked == i;
    html_.open("g").element("title", tip(row));
    html_.empty("rect", {{"class", "hit"}, {"x", "0"}, {"y", pixels(top)}, {"width", pixels(kWidth)}, {"height", pixels(kRow)}});
    const std::string name = (marked ? chart_.mark + ": " : "") + row.label;
    html_.element("text", {{"class", "name"}, {"x", "0"}, {"y", pixels(top + 16)}, {"font-weight", marked ? "700" : ""}},
                  fit_pixels(name, kScoreFont, kWidth));
    if (row.runs.size() > 1) {
      line("curve s0", x(row.mean - row.deviation), y, x(row.mean + row.deviation), y);
      for (double run : row.runs) dot(run, y, 3, true);
    }
    dot(row.mean, y, marked ? 6 : 4.5, false);
    html_.close();
  }

  HtmlWriter& html_;
  const ScoreChart& chart_;
  Ticks ticks_;
  double height_ = 0;
};

void write_table(HtmlWriter& html, const ScoreChart& chart) {
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}}).open("table").open("thead").open("tr");
  html.element("th", {{"scope", "col"}, {"class", "text"}}, "setting").element("th", {{"scope", "col"}}, chart.score);
  for (const std::string& column : chart.columns) html.element("th", {{"scope", "col"}}, column);
  html.close().close().open("tbody");
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const ScoreChart::Row& row = chart.rows[i];
    html.open("tr").open("th", {{"scope", "row"}}).open("code").text(row.name).close();
    if (chart.marked == i) html.text(" (" + chart.mark + ")");
    html.close().element("td", score_of(row));
    for (const std::string& cell : row.cells) html.element("td", cell);
    html.close();
  }
  html.close().close().close();
}

}  // namespace

void write_html(HtmlWriter& html, const ScoreChart& chart) {
  if (chart.rows.empty()) return;
  check(chart);
  html.open("figure", {{"class", "chart"}}).element("figcaption", chart.title);
  Drawing(html, chart).write();
  html.close();
  write_table(html, chart);
}

}  // namespace weft::report
