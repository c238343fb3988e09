// Scores of several settings with their spread, one below the other, as SVG for a page.
#pragma once

#include <weft/models/charts/html_writer.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace weft::report {

// A dot for the mean and a line for the standard deviation to both sides; small dots are the single runs.
struct ScoreChart {
  struct Row {
    std::string name;          // in the table
    std::string label;         // in the picture, short
    std::vector<double> runs;  // at least one
    double mean = 0, deviation = 0;
    std::vector<std::string> cells;  // of the table below, behind name and score
  };
  std::string title, score;           // what the scores are: "dev accuracy, %"
  std::vector<std::string> columns;   // the names of the cells
  std::vector<Row> rows;              // from above
  std::optional<std::size_t> marked;  // a row that is set off, and what it is: "advised"
  std::string mark;
  double noise = 0;  // a band from the first row's mean to so much below
};

// A <figure> and a table with the same numbers; without rows nothing. Throws ValueError for a row without runs or with other
// cells than columns, IndexError for a mark that is no row.
void write_html(HtmlWriter& html, const ScoreChart& chart);

}  // namespace weft::report
