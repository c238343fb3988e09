#include <weft/models/charts/detail/line_chart_axes.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/io/utf8.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace weft::report {

namespace {

constexpr std::array<int, 6> kAnsi{34, 33, 32, 35, 36, 37};  // foreground colours of series

std::string colored(const std::string& text, std::size_t series, bool color) {
  if (!color) return text;
  return "\033[" + std::to_string(kAnsi[series % kAnsi.size()]) + "m" + text + "\033[0m";
}

// A drawing of braille dots, two by four in each character.
class Braille {
 public:
  Braille(int columns, int rows) : columns_(columns), rows_(rows), dots_(size()), series_(size()) {}

  // Draws a line. Coordinates are from 0 to 1, and y points upwards.
  void line(double x0, double y0, double x1, double y1, std::size_t series) {
    const double across = 2 * columns_ - 1, up = 4 * rows_ - 1;
    const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::fabs(x1 - x0) * across, std::fabs(y1 - y0) * up))));
    for (int i = 0; i <= steps; ++i) {
      const double t = static_cast<double>(i) / steps;
      dot(static_cast<int>(std::lround((x0 + (x1 - x0) * t) * across)),
          static_cast<int>(std::lround((1 - y0 - (y1 - y0) * t) * up)), series);
    }
  }

  std::string row(int row, bool color) const {
    std::string out, run;  // `run` has characters of one series
    for (int column = 0; column < columns_; ++column) {
      const std::size_t at = index(column, row);
      if (dots_[at]) {
        text::append_utf8(run, U'\u2800' + static_cast<char32_t>(dots_[at]));
      } else {
        run += ' ';
      }
      if (column + 1 == columns_ || series_[index(column + 1, row)] != series_[at]) {
        out += colored(run, series_[at], color && run.find_first_not_of(' ') != std::string::npos);
        run.clear();
      }
    }
    return out;
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_); }
  std::size_t index(int column, int row) const { return static_cast<std::size_t>(row * columns_ + column); }
  void dot(int x, int y, std::size_t series) {
    constexpr std::array<std::array<int, 4>, 2> bits{{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
    const std::size_t at = index(x / 2, y / 4);
    dots_[at] |= bits[static_cast<std::size_t>(x % 2)][static_cast<std::size_t>(y % 4)];
    series_[at] = series;
  }

  int columns_, rows_;
  std::vector<int> dots_;
  std::vector<std::size_t> series_;
};

struct LastValue {
  std::size_t series = 0;
  int row = 0;
  std::string text;
};

// Returns the last value of each line and the row to show it in: the one nearest to the end of the line, but a row for each value
// if there are enough.
std::vector<LastValue> last_values(const LineChart& chart, double low, double high, int rows, int digits) {
  std::vector<LastValue> all;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const auto& values = chart.series[s].values;
    auto last = std::find_if(values.rbegin(), values.rend(), [](double value) { return std::isfinite(value); });
    if (last == values.rend()) continue;
    const double height = std::clamp((*last - low) / (high - low), 0.0, 1.0);
    all.push_back({s, static_cast<int>(std::lround((1 - height) * (rows - 1))),
                   printable(chart.series[s].name + " " + fixed(*last, digits))});
  }
  std::stable_sort(all.begin(), all.end(), [](const LastValue& a, const LastValue& b) { return a.row < b.row; });
  const int count = static_cast<int>(all.size());
  for (int i = 0; i < count; ++i) {
    int& row = all[static_cast<std::size_t>(i)].row;
    if (i) row = std::max(row, all[static_cast<std::size_t>(i - 1)].row + 1);
    row = std::min(row, rows - (count - i));
  }
  return all;
}

// Returns a line of `columns` columns with the names of the first and last x at its ends and the axis title between them.
std::string x_line(const LineChart& chart, std::size_t columns) {
  std::string begin = printable(x_name(chart, 0)), end = printable(x_name(chart, chart.x.size() - 1));
  if (display_width(begin) + display_width(end) >= columns) {
    begin = fit_width(begin, (columns - 1) / 2);
    end = fit_width(end, (columns - 1) / 2);
  }
  const std::size_t room = columns - display_width(begin) - display_width(end);
  const std::string middle = fit_width(chart.x_title, room > 2 ? room - 2 : 0);
  return begin + pad_right(std::string((room - display_width(middle)) / 2, ' ') + middle, room) + end;
}

}  // namespace

std::string terminal_picture(const LineChart& chart, const TerminalStyle& style) {
  check(chart);
  if (!chart.drawable()) return "";
  const Range range = y_range(chart);
  const Ticks marks = ticks(range.low, range.high, 5);
  const double low = marks.values.front(), high = marks.values.back();
  const std::vector<LastValue> ends = last_values(chart, low, high, style.rows, marks.digits + 1);
  std::size_t left = 0, right = 0;
  for (double value : marks.values) left = std::max(left, display_width(marks.label(value)));
  for (const LastValue& end : ends) right = std::max(right, display_width(end.text));
  const int width = std::max(10, style.columns - static_cast<int>(left + right) - 6);

  Braille drawing(width, style.rows);
  const double first = chart.x.front(), span = std::max(chart.x.back() - first, 1e-12);
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const auto& values = chart.series[s].values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      const std::size_t from = i && std::isfinite(values[i - 1]) ? i - 1 : i;
      auto x = [&](std::size_t at) { return (chart.x[at] - first) / span; };
      auto y = [&](std::size_t at) { return std::clamp((values[at] - low) / (high - low), 0.0, 1.0); };
      drawing.line(x(from), y(from), x(i), y(i), s);
    }
  }
  std::string picture = "  " + printable(chart.title + (chart.mark.empty() ? "" : " (" + chart.mark + ")")) + "\n";
  for (int row = 0; row < style.rows; ++row) {
    std::string label;
    for (double value : marks.values)
      if (std::lround((1 - (value - low) / (high - low)) * (style.rows - 1)) == row) label = marks.label(value);
    picture += "  " + pad_left(label, left) + (label.empty() ? " │" : " ┤") + drawing.row(row, style.color);
    for (const LastValue& end : ends)
      if (end.row == row) picture += joined({" ", colored(end.text, end.series, style.color)});
    while (picture.ends_with(' ')) picture.pop_back();
    picture += '\n';
  }
  std::string line;
  for (int i = 0; i < width; ++i) line += "─";
  picture += "  " + std::string(left, ' ') + " └" + line + '\n';
  return picture + "  " + std::string(left + 2, ' ') + x_line(chart, static_cast<std::size_t>(width)) + '\n';
}

}  // namespace weft::report
