// Positions of a line chart's values in its drawing.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/charts/numbers.h>

#include <string>

namespace weft::report {

// Returns the name of the i-th x.
std::string x_name(const LineChart& chart, std::size_t i);

// The lowest and highest value that is drawn: those of the lines and bands, or the ends of the axis if the chart sets them.
struct Range {
  double low = 0, high = 1;
};
Range y_range(const LineChart& chart);

struct Axes {
  static constexpr double kWidth = 336, kBottom = 190;

  // `font` is the size of the text in pixels.
  Axes(const LineChart& chart, double font);

  double left = 0, right = kWidth, top = 22, bottom = kBottom, height = 232;
  Ticks y_ticks;
  struct Label {
    double place = 0;
    std::string text, note;
  };
  std::vector<Label> x_labels;
  bool slanted = false;  // labels are slanted if they would touch each other

  double x(double place) const;
  double y(double value) const;
  // Returns the argument of x() for the chart's i-th x.
  double place(std::size_t i) const { return places_[i]; }

 private:
  void shorten_x_labels(double font, double most);

  std::vector<double> places_;
  double first_ = 0, last_ = 1;
};

}  // namespace weft::report
