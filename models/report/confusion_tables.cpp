#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/data/label.h>
#include <weft/models/report/confusion_tables.h>

#include <algorithm>

namespace weft::report {

namespace {

std::string per_cent(double fraction) { return fixed(100 * fraction, 2); }

// Returns the cells in columns two spaces apart, each as wide as its widest cell. The first column is aligned to the left, the
// others to the right.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], display_width(row[column]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column)
      text += column == 0 ? pad_right(row[column], widths[column]) : "  " + pad_left(row[column], widths[column]);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string scores_table(const metrics::ConfusionMatrix& matrix) {
  std::vector<std::vector<std::string>> rows{{"label", "precision", "recall", "f1", "support"}};
  auto add = [&](const std::string& label, const metrics::ClassScores& scores) {
    rows.push_back(
        {label, per_cent(scores.precision), per_cent(scores.recall), per_cent(scores.f1), std::to_string(scores.support)});
  };
  const std::vector<metrics::ClassScores> classes = matrix.classes();
  const std::vector<std::string> labels = text::distinct_labels(matrix.labels());
  for (std::size_t i = 0; i < classes.size(); ++i) add(labels[i], classes[i]);
  add("macro", matrix.macro_average());
  add("weighted", matrix.weighted_average());
  return table(rows);
}

}  // namespace weft::report
