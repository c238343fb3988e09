#include <weft/models/charts/detail/bar_chart.h>
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>

#include <algorithm>

namespace weft::report {

void write_html(HtmlWriter& html, const BarChart& chart) {
  constexpr double kWidth = 336, kRow = 22, kFont = BarChart::kFont, kLongestName = 212;
  if (chart.bars.empty()) return;
  auto label = [](const BarChart::Bar& bar) { return bar.label.empty() ? significant(bar.value, 4) : bar.label; };
  std::vector<std::string> shortened;
  for (const BarChart::Bar& bar : chart.bars) shortened.push_back(bar.name);
  shortened = fit_labels(shortened, kFont, kLongestName);
  double largest = 0, names = 0, labels = 0;
  for (const std::string& name : shortened) names = std::max(names, pixel_width(name, kFont));
  for (const BarChart::Bar& bar : chart.bars) {
    largest = std::max(largest, bar.value);
    labels = std::max(labels, pixel_width(label(bar), kFont));
  }
  const double left = names + 8, room = kWidth - left - labels - 8;
  const std::string height = pixels(kRow * static_cast<double>(chart.bars.size()));
  html.open("figure", {{"class", "chart"}}).element("figcaption", chart.title);
  html.open("svg", {{"viewBox", "0 0 " + pixels(kWidth) + " " + height}, {"role", "img"}, {"aria-label", chart.title}});
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const BarChart::Bar& bar = chart.bars[i];
    const double top = kRow * static_cast<double>(i), length = largest > 0 ? room * bar.value / largest : 0;
    const std::string middle = pixels(top + kRow / 2 + 0.35 * kFont);
    html.open("g").element("title", bar.tip.empty() ? bar.name + ": " + label(bar) : bar.tip);
    html.element("text", {{"class", "name"}, {"x", pixels(left - 8)}, {"y", middle}, {"text-anchor", "end"}}, shortened[i]);
    html.empty(
        "rect",
        {{"class", "bar"}, {"x", pixels(left)}, {"y", pixels(top + 3)}, {"width", pixels(length)}, {"height", pixels(kRow - 6)}});
    html.element("text", {{"x", pixels(left + length + 6)}, {"y", middle}}, label(bar)).close();
  }
  html.close().close();
}

}  // namespace weft::report
