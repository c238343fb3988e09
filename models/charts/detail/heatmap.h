// A grid of coloured cells with names for its rows and columns, as SVG for a page.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <string>
#include <vector>

namespace weft::report {

struct Heatmap {
  std::string title;
  std::string row_title, column_title;     // what rows and columns are: "true label"
  std::vector<std::string> rows, columns;  // their names; long ones are shortened, and told in full on hover
  struct Cell {
    double share = 0;  // 0 .. 1, how strong the colour is
    std::string text;  // in the cell, which must have room for it; empty: none
    std::string note;  // a line below it; empty: none
    std::string tip;   // on hover; cells without a share and a tip are not drawn
  };
  std::vector<Cell> cells;        // [rows, columns]
  double cell_size = 24;          // pixels
  bool right_to_left = false;     // the first column stands at the right
  bool outline_diagonal = false;  // a frame around the cells (i, i)
};

// A <figure> that scrolls sideways where it is wider than the page. Column names are slanted, or upright where cells are small,
// so that they never overlap. Throws ShapeError when there are not rows x columns cells.
void write_html(HtmlWriter& html, const Heatmap& heatmap);

// The size of a cell, in pixels, that has room for `text`.
double cell_room(const std::string& text);

// The colours from a share of 0 to one of 1, between the words for both.
void write_color_scale(HtmlWriter& html, const std::string& least, const std::string& most);

}  // namespace weft::report
