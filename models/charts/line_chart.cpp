#include <weft/models/charts/detail/line_chart_axes.h>
#include <weft/models/charts/line_chart.h>
#include <weft/models/charts/text_width.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace weft::report {

namespace {

constexpr double kFont = 12.5;
constexpr std::size_t kMostMarkers = 40;  // lines with more points have no markers
constexpr std::array<const char*, 4> kDashes{"", "7 4", "2 3", "8 3 2 3"};

std::string style_class(std::size_t series) { return joined({"s", std::to_string(series % 6)}); }
const char* dash(std::size_t series) { return kDashes[series % kDashes.size()]; }

// Draws a dot, square, diamond or triangle, so that the lines differ in more than their colours.
void write_marker(HtmlWriter& svg, std::size_t series, double x, double y) {
  static constexpr std::array<const char*, 3> outlines{"m-3-3h6v6h-6z", "m0-4.2l4.2 4.2-4.2 4.2-4.2-4.2z", "m0-4l4 7h-8z"};
  const std::string name = "dot " + style_class(series), left = pixels(x), top = pixels(y);
  if (series % 4 == 0) {
    svg.empty("circle", {{"class", name}, {"cx", left}, {"cy", top}, {"r", "3.2"}});
  } else {
    svg.empty("path", {{"class", name}, {"d", joined({"M", left, " ", top, outlines[series % 4 - 1]})}});
  }
}

void write_axes(HtmlWriter& svg, const LineChart& chart, const Axes& axes) {
  for (double y : axes.y_ticks.values) {
    svg.empty("line", {{"class", "grid"},
                       {"x1", pixels(axes.left)},
                       {"x2", pixels(axes.right)},
                       {"y1", pixels(axes.y(y))},
                       {"y2", pixels(axes.y(y))}});
    svg.element("text", {{"x", pixels(axes.left - 6)}, {"y", pixels(axes.y(y) + 4)}, {"text-anchor", "end"}},
                axes.y_ticks.label(y));
  }
  for (const Axes::Label& label : axes.x_labels) {
    const std::string x = pixels(axes.x(label.place));
    svg.empty("line", {{"class", "axis"}, {"x1", x}, {"x2", x}, {"y1", pixels(axes.bottom)}, {"y2", pixels(axes.bottom + 4)}});
    if (axes.slanted) {
      svg.element("text",
                  {{"text-anchor", "end"}, {"transform", "translate(" + x + " " + pixels(axes.bottom + 14) + ") rotate(-40)"}},
                  label.text);
    } else {
      svg.element("text", {{"x", x}, {"y", pixels(axes.bottom + 18)}, {"text-anchor", "middle"}}, label.text);
      if (!label.note.empty())
        svg.element("text", {{"class", "quiet"}, {"x", x}, {"y", pixels(axes.bottom + 33)}, {"text-anchor", "middle"}},
                    label.note);
    }
  }
  svg.empty("line", {{"class", "axis"},
                     {"x1", pixels(axes.left)},
                     {"x2", pixels(axes.right)},
                     {"y1", pixels(axes.bottom)},
                     {"y2", pixels(axes.bottom)}});
  svg.element("text",
              {{"class", "quiet"},
               {"x", pixels((axes.left + axes.right) / 2)},
               {"y", pixels(axes.height - 5)},
               {"text-anchor", "middle"}},
              chart.x_title);
}

// Draws a vertical line through the marked x, with its name above it.
void write_mark(HtmlWriter& svg, const LineChart& chart, const Axes& axes) {
  if (!chart.marked) return;
  const double x = axes.x(*chart.marked), half = pixel_width(chart.mark, kFont) / 2;
  const double middle = std::clamp(x, half, std::max(half, Axes::kWidth - half));
  svg.empty("line",
            {{"class", "mark"}, {"x1", pixels(x)}, {"x2", pixels(x)}, {"y1", pixels(axes.top)}, {"y2", pixels(axes.bottom)}});
  svg.element("text", {{"class", "quiet"}, {"x", pixels(middle)}, {"y", pixels(axes.top - 7)}, {"text-anchor", "middle"}},
              chart.mark);
}

void write_band(HtmlWriter& svg, const LineChart& chart, const Axes& axes, std::size_t which) {
  const LineSeries& series = chart.series[which];
  std::string upper, lower;
  for (std::size_t i = 0; i < series.low.size(); ++i) {
    if (!std::isfinite(series.low[i]) || !std::isfinite(series.high[i])) continue;
    const std::string x = pixels(axes.x(axes.place(i)));
    upper += joined({upper.empty() ? "M" : "L", x, " ", pixels(axes.y(series.high[i]))});
    lower = joined({"L", x, " ", pixels(axes.y(series.low[i])), lower});
  }
  if (!upper.empty()) svg.empty("path", {{"class", "band " + style_class(which)}, {"d", upper + lower + "z"}});
}

void write_line(HtmlWriter& svg, const LineChart& chart, const Axes& axes, std::size_t which) {
  const std::vector<double>& values = chart.series[which].values;
  std::string path;
  bool drawn = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]))
      path += joined({drawn ? "L" : "M", pixels(axes.x(axes.place(i))), " ", pixels(axes.y(values[i]))});
    drawn = std::isfinite(values[i]);
  }
  svg.empty("path", {{"class", "curve " + style_class(which)}, {"d", path}, {"stroke-dasharray", dash(which)}});
  if (values.size() > kMostMarkers) return;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i])) write_marker(svg, which, axes.x(axes.place(i)), axes.y(values[i]));
}

std::string value_text(const LineSeries& series, std::size_t i) {
  std::string text = significant(series.values[i], 4);
  if (!series.low.empty() && std::isfinite(series.low[i]))
    text += " (" + significant(series.low[i], 4) + " to " + significant(series.high[i], 4) + ")";
  return text;
}

// Draws an invisible strip for each x that shows all its values on hover.
void write_hover(HtmlWriter& svg, const LineChart& chart, const Axes& axes) {
  const std::size_t count = chart.x.size();
  for (std::size_t i = 0; i < count; ++i) {
    const double here = axes.x(axes.place(i));
    const double from = i ? (axes.x(axes.place(i - 1)) + here) / 2 : axes.left;
    const double to = i + 1 < count ? (here + axes.x(axes.place(i + 1))) / 2 : axes.right;
    std::string tip = chart.x_title + " " + x_name(chart, i);
    if (!chart.x_notes.empty()) tip += ", " + chart.x_notes[i];
    for (const LineSeries& series : chart.series)
      if (std::isfinite(series.values[i])) tip += "\n" + series.name + ": " + value_text(series, i);
    svg.open("rect", {{"class", "hit"},
                      {"x", pixels(from)},
                      {"y", pixels(axes.top)},
                      {"width", pixels(to - from)},
                      {"height", pixels(axes.bottom - axes.top)}});
    svg.element("title", tip).close();
  }
}

void write_legend(HtmlWriter& html, const LineChart& chart) {
  html.open("ul", {{"class", "legend"}});
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    html.open("li").open("svg", {{"viewBox", "0 0 30 12"}, {"width", "30"}, {"height", "12"}, {"aria-hidden", "true"}});
    html.empty("path", {{"class", "curve " + style_class(i)}, {"d", "M1 6H29"}, {"stroke-dasharray", dash(i)}});
    write_marker(html, i, 15, 6);
    html.close().text(" ").element("bdi", chart.series[i].name).close();
  }
  html.close();
}

void write_values(HtmlWriter& html, const LineChart& chart) {
  html.open("details").element("summary", "Values").open("div", {{"class", "scroll"}, {"tabindex", "0"}});
  html.open("table").open("thead").open("tr").element("th", {{"scope", "col"}}, chart.x_title);
  if (!chart.x_notes.empty()) html.element("th", {{"scope", "col"}}, "");
  for (const LineSeries& series : chart.series) html.element("th", {{"scope", "col"}}, series.name);
  html.close().close().open("tbody");
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    html.open("tr").element("th", {{"scope", "row"}}, x_name(chart, i));
    if (!chart.x_notes.empty()) html.element("td", chart.x_notes[i]);
    for (const LineSeries& series : chart.series) html.element("td", value_text(series, i));
    html.close();
  }
  html.close().close().close().close();
}

}  // namespace

bool LineChart::drawable() const {
  return std::any_of(series.begin(), series.end(), [](const LineSeries& line) {
    return std::any_of(line.values.begin(), line.values.end(), [](double value) { return std::isfinite(value); });
  });
}

void check(const LineChart& chart) {
  const std::size_t count = chart.x.size();
  auto fits = [count](const auto& list) { return list.empty() || list.size() == count; };
  bool right = fits(chart.x_labels) && fits(chart.x_notes);
  for (const LineSeries& line : chart.series)
    right = right && line.values.size() == count && fits(line.low) && line.low.size() == line.high.size();
  require<ShapeError>(right, "line chart \"", chart.title, "\": values, labels and bands must be as many as the ", count,
                      " places");
}

void write_html(HtmlWriter& html, const LineChart& chart) {
  check(chart);
  if (!chart.drawable()) return;
  const Axes axes(chart, kFont);
  html.open("figure", {{"class", "chart"}}).open("figcaption").text(chart.title);
  if (!chart.y_title.empty()) html.text(", ").element("span", {{"class", "quiet"}}, chart.y_title);
  html.close();
  html.open("svg", {{"viewBox", "0 0 " + pixels(Axes::kWidth) + " " + pixels(axes.height)},
                    {"role", "img"},
                    {"aria-label", chart.title + " over " + chart.x_title + "; the values are in the table below"}});
  write_axes(html, chart, axes);
  write_mark(html, chart, axes);
  for (std::size_t i = 0; i < chart.series.size(); ++i) write_band(html, chart, axes, i);
  for (std::size_t i = 0; i < chart.series.size(); ++i) write_line(html, chart, axes, i);
  write_hover(html, chart, axes);
  html.close();
  write_legend(html, chart);
  write_values(html, chart);
  html.close();
}

}  // namespace weft::report
