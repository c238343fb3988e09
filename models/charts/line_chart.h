// A chart of one or more lines over the same places, as SVG for a page and in Unicode for a terminal.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <optional>
#include <string>
#include <vector>

namespace weft::report {

struct LineSeries {
  std::string name;
  std::vector<double> values;     // one for each x; what is not finite is a gap
  std::vector<double> low, high;  // empty, or a band around the values, such as the least and most of several runs
};

struct LineChart {
  std::string title;
  std::string x_title, y_title;
  std::vector<double> x;              // rising
  std::vector<std::string> x_labels;  // empty, or names for each x, which then stand at equal distances
  std::vector<std::string> x_notes;   // empty, or a second line below each name
  std::vector<LineSeries> series;
  std::optional<double> marked;  // an x with a line through it, and what it is: "best"
  std::string mark;
  std::optional<double> y_low,
      y_high;                     // where the axis ends; unset: about where the values do, and at least a tenth of their size
  std::optional<double> y_limit;  // what no value can exceed, such as 100 %

  // Whether there is a finite value to draw.
  bool drawable() const;
};

// Throws ShapeError when the counts of values, labels and places differ.
void check(const LineChart& chart);

// A <figure>: caption, drawing, legend, and the values as a collapsible table. Hovering shows all values at one x.
void write_html(HtmlWriter& html, const LineChart& chart);

// How a terminal's picture is drawn.
struct TerminalStyle {
  int columns = 80;
  int rows = 12;       // of the drawing itself
  bool color = false;  // ANSI colours: for terminals, not for files
};

// Lines of braille dots, the axis at the left, each line's name and last value at the right:
//     Loss
//     2.00 │⢣
//          │ ⠣⡀
//          │  ⠈⠑⠤⣀     dev 0.74
//     0.50 │      ⠉⠒⠒⠒ train 0.52
//          └────────────
//           1  epoch  12
std::string terminal_picture(const LineChart& chart, const TerminalStyle& style = {});

}  // namespace weft::report
