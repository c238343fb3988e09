// A chart of the scores of several settings with their spread, as SVG for a page.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weft::report {

// For each row, a dot marks the mean, a line the standard deviation on both sides, and small dots the single runs.
struct ScoreChart {
  struct Row {
    std::string name;          // in the table
    std::string label;         // in the picture; short
    std::vector<double> runs;  // at least one
    double mean = 0, deviation = 0;
    std::vector<std::string> cells;  // of the table below, after name and score
  };
  std::string title, score;           // what the scores are: "dev accuracy, %"
  std::vector<std::string> columns;   // the names of the cells
  std::vector<Row> rows;              // from top to bottom
  std::optional<std::size_t> marked;  // a row to highlight, which `mark` explains
  std::string mark;
  double noise = 0;  // the width of a band that ends at the first row's mean
};

// Writes a <figure> and a table with the same numbers, or nothing if there are no rows. Throws ValueError for a row without runs
// or with a wrong number of cells, IndexError if the marked row does not exist.
void write_html(HtmlWriter& html, const ScoreChart& chart);

}  // namespace weft::report
