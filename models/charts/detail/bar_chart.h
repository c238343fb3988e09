// Named bars, one below the other, as SVG for a page.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <string>
#include <vector>

namespace weft::report {

struct BarChart {
  std::string title;
  struct Bar {
    std::string name;
    double value = 0;   // at least 0
    std::string label;  // behind the bar; empty: the value
    std::string tip;    // on hover; empty: name and label
  };
  std::vector<Bar> bars;
  static constexpr double kFont = 12.5;  // pixels; names wider than 17 times that are shortened
};

// A <figure>; without bars nothing. The longest bar is as long as there is room.
void write_html(HtmlWriter& html, const BarChart& chart);

}  // namespace weft::report
