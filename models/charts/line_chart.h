// A chart of one or more lines over the same x values, as SVG for a page and in Unicode for a terminal.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <optional>
#include <string>
#include <vector>

namespace weft::report {

struct LineSeries {
  std::string name;
  std::vector<double> values;     // one for each x; a value that is not finite leaves a gap
  std::vector<double> low, high;  // empty, or a band around the values, such as the lowest and highest of several runs
};

struct LineChart {
  std::string title;
  std::string x_title, y_title;
  std::vector<double> x;              // rising
  std::vector<std::string> x_labels;  // empty, or a name for each x; the places are then evenly spaced
  std::vector<std::string> x_notes;   // empty, or a second line below each name
  std::vector<LineSeries> series;
  std::optional<double> marked;  // an x to mark with a vertical line, which `mark` names
  std::string mark;
  std::optional<double> y_low, y_high;  // the ends of the axis; by default near those of the values, and not too close together
  std::optional<double> y_limit;        // the greatest possible value, such as 100 %

  // Returns whether there is a finite value to draw.
  bool drawable() const;
};

// Throws ShapeError if the counts of values, labels and x values differ.
void check(const LineChart& chart);

// Writes a <figure> with caption, drawing, legend, and the values as a collapsible table. Hovering shows all values at one x.
void write_html(HtmlWriter& html, const LineChart& chart);

// How to draw a chart on a terminal.
struct TerminalStyle {
  int columns = 80;
  int rows = 12;       // of the drawing itself
  bool color = false;  // ANSI colours: for terminals, not for files
};

// Returns lines of braille dots with the axis on the left and each line's name and last value on the right:
//     Loss
//     2.00 │⢣
//          │ ⠣⡀
//          │  ⠈⠑⠤⣀     dev 0.74
//     0.50 │      ⠉⠒⠒⠒ train 0.52
//          └────────────
//           1  epoch  12
std::string terminal_picture(const LineChart& chart, const TerminalStyle& style = {});

}  // namespace weft::report
