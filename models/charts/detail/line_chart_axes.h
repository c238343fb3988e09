// Where a line chart's values stand in its drawing.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/charts/numbers.h>

#include <string>

namespace weft::report {

// The name of place i.
std::string x_name(const LineChart& chart, std::size_t i);

// The least and most that is drawn, with bands, and the axis's own ends where they are set.
struct Range {
  double low = 0, high = 1;
};
Range y_range(const LineChart& chart);

struct Axes {
  static constexpr double kWidth = 336, kBottom = 190;

  // Text is `font` pixels high.
  Axes(const LineChart& chart, double font);

  double left = 0, right = kWidth, top = 22, bottom = kBottom, height = 232;
  Ticks y_ticks;
  struct Label {
    double place = 0;
    std::string text, note;
  };
  std::vector<Label> x_labels;
  bool slanted = false;  // labels that would touch each other

  double x(double place) const;
  double y(double value) const;
  // What x() takes for the chart's i-th place.
  double place(std::size_t i) const { return places_[i]; }

 private:
  void shorten_x_labels(double font, double most);

  std::vector<double> places_;
  double first_ = 0, last_ = 1;
};

}  // namespace weft::report
