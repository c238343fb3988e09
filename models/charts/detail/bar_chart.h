// A chart of named horizontal bars, as SVG for a page.
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
    std::string label;  // after the bar; if empty, the value
    std::string tip;    // on hover; if empty, name and label
  };
  std::vector<Bar> bars;
  static constexpr double kFont = 12.5;  // pixels; names wider than 17 times that are shortened
};

// Writes a <figure>, or nothing if there are no bars. The longest bar takes all the room there is.
void write_html(HtmlWriter& html, const BarChart& chart);

}  // namespace weft::report
