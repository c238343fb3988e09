// A grid of coloured cells with named rows and columns, as SVG for a page.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <string>
#include <vector>

namespace weft::report {

struct Heatmap {
  std::string title;
  std::string row_title, column_title;     // what the rows and columns are, such as "true label"
  std::vector<std::string> rows, columns;  // their names; long names are shortened and shown in full on hover
  struct Cell {
    double share = 0;  // 0 .. 1, how strong the colour is
    std::string text;  // in the cell, which must have room for it; may be empty
    std::string note;  // a second line below the text; may be empty
    std::string tip;   // on hover; cells without a share and a tip are not drawn
  };
  std::vector<Cell> cells;        // [rows, columns]
  double cell_size = 24;          // pixels
  bool right_to_left = false;     // the first column is on the right
  bool outline_diagonal = false;  // a frame around the cells (i, i)
};

// Writes a <figure> that scrolls sideways if it is wider than the page. Column names are slanted, or vertical if the cells are
// small, so that they never overlap. Throws ShapeError if there are not rows x columns cells.
void write_html(HtmlWriter& html, const Heatmap& heatmap);

// Returns the size, in pixels, of a cell that has room for `text`.
double cell_room(const std::string& text);

// Writes the scale of colours from a share of 0 to a share of 1, between the words for these two.
void write_color_scale(HtmlWriter& html, const std::string& least, const std::string& most);

}  // namespace weft::report
