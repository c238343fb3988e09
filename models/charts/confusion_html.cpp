#include <weft/models/charts/confusion.h>
#include <weft/models/charts/detail/bar_chart.h>
#include <weft/models/charts/detail/heatmap.h>
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/data/label.h>

#include <algorithm>
#include <numeric>

namespace weft::report {

namespace {

constexpr std::size_t kLargeCells = 12, kMediumCells = 30;  // the most labels for cells with a count and a share; with a count
constexpr std::size_t kMostLabels = 100;                    // shown in the matrix

std::string per_cent(double share) { return fixed(100 * share, 1) + " %"; }

double cell_size(std::size_t labels) {
  if (labels <= kLargeCells) return 46;
  return labels <= kMediumCells ? 26 : 14;
}

Heatmap::Cell cell_of(const metrics::ConfusionMatrix& matrix, const std::vector<std::string>& labels, std::size_t truth,
                      std::size_t predicted, std::int64_t of) {
  const std::int64_t count = matrix.at(static_cast<std::int64_t>(truth), static_cast<std::int64_t>(predicted));
  Heatmap::Cell cell;
  if (!count) return cell;
  cell.share = static_cast<double>(count) / static_cast<double>(of);
  if (labels.size() <= kMediumCells) cell.text = std::to_string(count);
  if (labels.size() <= kLargeCells) cell.note = fixed(100 * cell.share, 0) + " %";
  cell.tip = "true " + labels[truth] + ", predicted " + labels[predicted] + "\n" + std::to_string(count) + " of " +
             std::to_string(of) + " (" + per_cent(cell.share) + ")";
  return cell;
}

void write_counts(HtmlWriter& html, const metrics::ConfusionMatrix& matrix, const std::vector<metrics::ClassScores>& classes,
                  const std::vector<std::string>& all_labels) {
  const std::vector<std::size_t> chosen = most_confused(matrix, kMostLabels);
  std::vector<std::string> labels;
  for (std::size_t i : chosen) labels.push_back(all_labels[i]);
  if (chosen.size() < classes.size())
    html.element("p", {{"class", "quiet"}},
                 "The matrix shows the " + std::to_string(chosen.size()) + " of " + std::to_string(classes.size()) +
                     " labels with the most mistakes.");
  Heatmap map{.title = "",
              .row_title = "true label",
              .column_title = "predicted label",
              .rows = labels,
              .columns = labels,
              .cells = {},
              .cell_size = cell_size(labels.size()),
              .outline_diagonal = true};
  for (std::size_t i : chosen)
    for (std::size_t j : chosen) map.cells.push_back(cell_of(matrix, all_labels, i, j, classes[i].support));
  for (const Heatmap::Cell& cell : map.cells)
    map.cell_size = std::max({map.cell_size, cell_room(cell.text), cell_room(cell.note)});
  write_html(html, map);
}

void write_mistakes(HtmlWriter& html, const metrics::ConfusionMatrix& matrix) {
  constexpr std::size_t kMost = 12;
  constexpr double kLongest = 92;  // the widest label, in pixels
  const std::vector<Mistake> mistakes = frequent_mistakes(matrix, kMost);
  std::vector<std::string> labels;
  for (const Mistake& mistake : mistakes) labels.insert(labels.end(), {mistake.truth, mistake.predicted});
  labels = fit_labels(labels, BarChart::kFont, kLongest);
  BarChart chart{.title = "Most frequent mistakes: true label → prediction", .bars = {}};
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    const std::string count = std::to_string(mistakes[i].count);
    chart.bars.push_back({labels[2 * i] + " → " + labels[2 * i + 1], static_cast<double>(mistakes[i].count), count,
                          mistakes[i].truth + " → " + mistakes[i].predicted + ": " + count});
  }
  write_html(html, chart);
}

void write_row(HtmlWriter& html, const std::string& name, const metrics::ClassScores& scores) {
  html.open("tr").open("th", {{"scope", "row"}}).element("bdi", name).close();
  for (double value : {scores.precision, scores.recall, scores.f1}) html.element("td", fixed(100 * value, 1));
  for (std::int64_t count : {scores.support, scores.predictions}) html.element("td", std::to_string(count));
  html.close();
}

void write_scores(HtmlWriter& html, const metrics::ConfusionMatrix& matrix, const std::vector<metrics::ClassScores>& classes,
                  const std::vector<std::string>& labels) {
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}}).open("table");
  html.element("caption", "Precision, recall and F1 of each label, per cent").open("thead").open("tr");
  for (const char* head : {"label", "precision", "recall", "F1", "texts", "predicted"})
    html.element("th", {{"scope", "col"}}, head);
  html.close().close().open("tbody");
  for (std::size_t i = 0; i < classes.size(); ++i) write_row(html, labels[i], classes[i]);
  html.close().open("tfoot");
  write_row(html, "mean of labels", matrix.macro_average());
  write_row(html, "mean of texts", matrix.weighted_average());
  html.close().close().close();
}

}  // namespace

std::vector<Mistake> frequent_mistakes(const metrics::ConfusionMatrix& matrix, std::size_t most) {
  std::vector<Mistake> mistakes;
  const std::vector<std::string> labels = text::distinct_labels(matrix.labels());
  auto cells = matrix.cells();
  std::erase_if(cells, [](const auto& cell) { return cell.truth == cell.predicted; });
  std::stable_sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  for (std::size_t i = 0; i < std::min(most, cells.size()); ++i)
    mistakes.push_back(
        {labels[static_cast<std::size_t>(cells[i].truth)], labels[static_cast<std::size_t>(cells[i].predicted)], cells[i].count});
  return mistakes;
}

std::vector<std::size_t> most_confused(const metrics::ConfusionMatrix& matrix, std::size_t most) {
  std::vector<std::size_t> labels(matrix.labels().size());
  std::iota(labels.begin(), labels.end(), std::size_t{0});
  if (labels.size() <= most) return labels;
  std::vector<std::int64_t> mistakes(labels.size());
  for (const auto& [truth, predicted, count] : matrix.cells()) {
    if (truth == predicted) continue;
    mistakes[static_cast<std::size_t>(truth)] += count;
    mistakes[static_cast<std::size_t>(predicted)] += count;
  }
  std::stable_sort(labels.begin(), labels.end(), [&](std::size_t a, std::size_t b) { return mistakes[a] > mistakes[b]; });
  labels.resize(most);
  std::sort(labels.begin(), labels.end());
  return labels;
}

void write_html(HtmlWriter& html, const metrics::ConfusionMatrix& matrix) {
  const std::vector<metrics::ClassScores> classes = matrix.classes();
  const std::vector<std::string> labels = text::distinct_labels(matrix.labels());
  html.open("p", {{"class", "quiet"}})
      .text(
          "A row for each true label, a column for each prediction. Right answers are on the diagonal. The colour is the share "
          "of the row: ");
  write_color_scale(html, "0", "100 %");
  html.close();
  write_counts(html, matrix, classes, labels);
  write_mistakes(html, matrix);
  write_scores(html, matrix, classes, labels);
}

}  // namespace weft::report
