// Shows which labels a classifier confuses, on a page or on a terminal.
#pragma once

#include <weft/models/charts/line_chart.h>
#include <weft/models/metrics/confusion_matrix.h>

#include <string>
#include <vector>

namespace weft::report {

// Labels are shown as by text::distinct_labels(), so that labels that look alike can be distinguished.

// A true label, the label that was predicted instead, and how often.
struct Mistake {
  std::string truth, predicted;
  std::int64_t count = 0;
};
// Returns at most `most` mistakes, the most frequent first.
std::vector<Mistake> frequent_mistakes(const metrics::ConfusionMatrix& matrix, std::size_t most);

// Returns the labels with the most mistakes, at most `most`, in the matrix's order: a picture of all labels would grow with the
// square of their number.
std::vector<std::size_t> most_confused(const metrics::ConfusionMatrix& matrix, std::size_t most);

// Writes the matrix with counts and shares of rows, its most frequent mistakes, and the precision, recall and F1 of each label,
// with the labels in the matrix's order. If there are more than 100 labels, the matrix shows the 100 with the most mistakes.
void write_html(HtmlWriter& html, const metrics::ConfusionMatrix& matrix);

// Returns a shaded grid with one row per true label, followed by the most frequent mistakes:
//     city   ██38  ·· 2
//     food   ░░ 5  ▓▓30
// If there is no room for the counts, the grid has only blocks. If there is no room for all labels, it shows those with the most
// mistakes.
std::string terminal_picture(const metrics::ConfusionMatrix& matrix, const TerminalStyle& style = {});

}  // namespace weft::report
