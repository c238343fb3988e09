// Which labels a classifier takes for which, as a page shows it and as a terminal does.
#pragma once

#include <weft/models/report/line_chart.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft::report {

// counts[i * labels + j]: how many examples of label i were predicted to be label j.
struct ConfusionCounts {
  std::vector<std::string> labels;
  std::vector<std::int64_t> counts;

  std::int64_t at(std::size_t truth, std::size_t predicted) const { return counts[truth * labels.size() + predicted]; }
  std::int64_t total() const;
};

// Counts pairs of labels; the labels are those that occur, sorted. Throws ShapeError when there are not as many of both.
ConfusionCounts count_confusion(std::span<const std::string> truth, std::span<const std::string> predicted);

// How a label does. What would be 0 / 0 is 0.
struct LabelScores {
  std::string label;
  double precision = 0;          // of what was predicted to be it, the share that is
  double recall = 0;             // of what is it, the share that was found
  double f1 = 0;                 // 2 precision recall / (precision + recall)
  std::int64_t examples = 0;     // that are it
  std::int64_t predictions = 0;  // that say so
};
std::vector<LabelScores> label_scores(const ConfusionCounts& confusion);

// Pairs of different labels that were confused, the most frequent first, at most `most`.
struct Mistake {
  std::string truth, predicted;
  std::int64_t count = 0;
};
std::vector<Mistake> frequent_mistakes(const ConfusionCounts& confusion, std::size_t most);

// The matrix with counts and shares of rows, its most frequent mistakes, and precision, recall and F1 of each label. Rows and
// columns are sorted by label. Throws ShapeError when counts and labels do not fit.
void write_html(HtmlWriter& html, const ConfusionCounts& confusion);

// A shaded grid, one row per true label, then the most frequent mistakes:
//     city   ██ 38  ·  2
//     food   ░░  5  ▓▓ 30
// From so many labels on that counts find no room: blocks alone.
std::string terminal_picture(const ConfusionCounts& confusion, const TerminalStyle& style = {});

}  // namespace weft::report
