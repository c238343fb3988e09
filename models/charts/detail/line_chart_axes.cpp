#include <weft/models/charts/detail/line_chart_axes.h>
#include <weft/models/charts/text_width.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace weft::report {

namespace {

constexpr double kLeastSpan = 0.1;  // the least span of the axis, relative to the largest absolute value

}  // namespace

std::string x_name(const LineChart& chart, std::size_t i) {
  return chart.x_labels.empty() ? significant(chart.x[i], 6) : chart.x_labels[i];
}

Range y_range(const LineChart& chart) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const LineSeries& series : chart.series)
    for (const std::vector<double>* values : {&series.values, &series.low, &series.high})
      for (double value : *values)
        if (std::isfinite(value)) range = {std::min(range.low, value), std::max(range.high, value)};
  if (range.low > range.high) range = {0, 1};
  // Values that hardly change are not stretched over the whole height.
  if (const double most = std::max(std::fabs(range.low), std::fabs(range.high)); range.high - range.low < kLeastSpan * most) {
    const double middle = (range.low + range.high) / 2;
    range = {middle - kLeastSpan / 2 * most, middle + kLeastSpan / 2 * most};
    const double limit = chart.y_limit.value_or(range.high);
    if (range.high > limit) range = {std::min(range.low, limit - kLeastSpan * most), limit};
  }
  // A scale that would begin near 0 begins at 0.
  if (range.low > 0 && range.low < 0.3 * range.high) range.low = 0;
  if (range.low == 0 && range.high == 0) range.high = 1;
  range = {chart.y_low.value_or(range.low), chart.y_high.value_or(range.high)};
  // If the user sets the lower end, a narrow range is widened at the upper end.
  if (chart.y_low && is_narrow(range.low, range.high)) range.high = range.low == 0 ? 1 : range.low + 0.1 * std::fabs(range.low);
  return range;
}

Axes::Axes(const LineChart& chart, double font) {
  const Range range = y_range(chart);
  y_ticks = ticks(range.low, range.high, 5);
  for (double value : y_ticks.values) left = std::max(left, pixel_width(y_ticks.label(value), font) + 12);

  const bool named = !chart.x_labels.empty();
  for (std::size_t i = 0; i < chart.x.size(); ++i) places_.push_back(named ? static_cast<double>(i) : chart.x[i]);
  // Named places have a margin on both sides; numbers begin at the axis.
  const double margin = named || chart.x.size() < 2 ? 0.5 : 0;
  first_ = places_.front() - margin;
  last_ = places_.back() + margin;
  right = kWidth - (named ? 4 : 12);

  constexpr double kMostSlanted = 110;
  double widest = 0;
  if (named) {
    for (std::size_t i = 0; i < places_.size(); ++i)
      x_labels.push_back({places_[i], chart.x_labels[i], chart.x_notes.empty() ? "" : chart.x_notes[i]});
    for (const Label& label : x_labels) widest = std::max({widest, pixel_width(label.text, font), pixel_width(label.note, font)});
    slanted = widest + 6 > (right - left) / static_cast<double>(places_.size());
    if (slanted) widest = 0;
    if (slanted) shorten_x_labels(font, kMostSlanted);
    for (const Label& label : x_labels)
      if (slanted) widest = std::max(widest, pixel_width(label.text, font));
    // A slanted label extends to the left of its place, so that the first one needs room there.
    constexpr double kCosine = 0.77;  // of 40 degrees
    if (slanted) left = std::max(left, kCosine * pixel_width(x_labels.front().text, font));
  } else {
    const bool whole = std::all_of(chart.x.begin(), chart.x.end(), [](double x) { return x == std::floor(x); });
    const Ticks marks = ticks(chart.x.front(), chart.x.back(), 8, whole);
    for (double value : marks.values)
      if (value >= chart.x.front() && value <= chart.x.back()) x_labels.push_back({value, marks.label(value), ""});
  }
  double room = 22;
  if (slanted) {
    room = 16 + 0.65 * widest;
  } else if (named && !chart.x_notes.empty()) {
    room = 38;
  }
  height = bottom + room + 20;
}

// Shortens the labels and joins each one's text and note to one line.
void Axes::shorten_x_labels(double font, double most) {
  std::vector<std::string> texts;
  for (Label& label : x_labels)
    texts.push_back(label.note.empty() ? label.text : label.text + " (" + std::exchange(label.note, "") + ")");
  texts = fit_labels(texts, font, most);
  for (std::size_t i = 0; i < texts.size(); ++i) x_labels[i].text = texts[i];
}

double Axes::x(double place) const { return left + (right - left) * (place - first_) / (last_ - first_); }

double Axes::y(double value) const {
  const double low = y_ticks.values.front(), high = y_ticks.values.back();
  return bottom - (bottom - top) * (std::clamp(value, low, high) - low) / (high - low);
}

}  // namespace weft::report
