// Which labels a classifier confuses, for a page and for a terminal.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/metrics/confusion_matrix.h>

#include <string>
#include <vector>

namespace weft::report {

// Labels are shown as by text::distinct_labels(), so that labels that look alike can be distinguished.

// Pairs of different labels that were confused, the most frequent first, at most `most`.
struct Mistake {
  std::string truth, predicted;
  std::int64_t count = 0;
};
std::vector<Mistake> frequent_mistakes(const metrics::ConfusionMatrix& matrix, std::size_t most);

// Returns the labels with the most mistakes, at most `most`, in the matrix's order: a picture of all labels would grow with the
// square of their number.
std::vector<std::size_t> most_confused(const metrics::ConfusionMatrix& matrix, std::size_t most);

// The matrix with counts and shares of rows, its most frequent mistakes, and precision, recall and F1 of each label. Labels stand
// in the matrix's order; of more than 100 the matrix has those that the most mistakes are about.
void write_html(HtmlWriter& html, const metrics::ConfusionMatrix& matrix);

// A shaded grid, one row per true label, then the most frequent mistakes:
//     city   ██38  ·· 2
//     food   ░░ 5  ▓▓30
// From so many labels on that counts find no room: blocks alone; and of those that find no room at all, the ones that the most
// mistakes are about.
std::string terminal_picture(const metrics::ConfusionMatrix& matrix, const TerminalStyle& style = {});

}  // namespace weft::report
