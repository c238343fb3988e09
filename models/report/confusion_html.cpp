#include <weft/models/report/bar_chart.h>
#include <weft/models/report/confusion.h>
#include <weft/models/report/heatmap.h>
#include <weft/models/report/numbers.h>
#include <weft/models/report/text_width.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <numeric>

namespace weft::report {

namespace {

// The same counts with the labels in order.
ConfusionCounts sorted(const ConfusionCounts& confusion) {
  const std::size_t labels = confusion.labels.size();
  std::vector<std::size_t> order(labels);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return confusion.labels[a] < confusion.labels[b]; });
  ConfusionCounts result;
  for (std::size_t i : order) {
    result.labels.push_back(confusion.labels[i]);
    for (std::size_t j : order) result.counts.push_back(confusion.at(i, j));
  }
  return result;
}

std::string per_cent(double share) { return fixed(100 * share, 1) + " %"; }

constexpr std::size_t kLargeCells = 12;  // so many labels have room for counts and shares

double cell_size(std::size_t labels) {
  if (labels <= kLargeCells) return 46;
  return labels <= 30 ? 26 : 13;
}

Heatmap matrix(const ConfusionCounts& confusion, const std::vector<LabelScores>& scores) {
  const std::size_t labels = confusion.labels.size();
  Heatmap map{.title = "",
              .row_title = "true label",
              .column_title = "predicted label",
              .rows = confusion.labels,
              .columns = confusion.labels,
              .cells = {},
              .cell_size = cell_size(labels),
              .outline_diagonal = true};
  for (std::size_t i = 0; i < labels; ++i)
    for (std::size_t j = 0; j < labels; ++j) {
      const std::int64_t count = confusion.at(i, j);
      Heatmap::Cell cell;
      if (count) {
        cell.share = static_cast<double>(count) / static_cast<double>(scores[i].examples);
        cell.text = labels <= 30 ? std::to_string(count) : "";
        cell.note = labels <= kLargeCells ? fixed(100 * cell.share, 0) + " %" : "";
        cell.tip = "true " + confusion.labels[i] + ", predicted " + confusion.labels[j] + "\n" + std::to_string(count) + " of " +
                   std::to_string(scores[i].examples) + " (" + per_cent(cell.share) + ")";
      }
      map.cells.push_back(std::move(cell));
    }
  return map;
}

void write_row(HtmlWriter& html, const std::string& name, double precision, double recall, double f1, std::int64_t examples,
               const std::string& predictions) {
  html.open("tr").open("th", {{"scope", "row"}}).element("bdi", name).close();
  for (double value : {precision, recall, f1}) html.element("td", fixed(100 * value, 1));
  html.element("td", std::to_string(examples)).element("td", predictions).close();
}

void write_scores(HtmlWriter& html, const std::vector<LabelScores>& all, std::int64_t total) {
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}}).open("table");
  html.element("caption", "Precision, recall and F1 of each label, per cent").open("thead").open("tr");
  for (const char* head : {"label", "precision", "recall", "F1", "texts", "predicted"})
    html.element("th", {{"scope", "col"}}, head);
  html.close().close().open("tbody");
  LabelScores mean;
  const double count = static_cast<double>(std::max<std::size_t>(all.size(), 1));
  for (const LabelScores& scores : all) {
    write_row(html, scores.label, scores.precision, scores.recall, scores.f1, scores.examples,
              std::to_string(scores.predictions));
    mean.precision += scores.precision / count;
    mean.recall += scores.recall / count;
    mean.f1 += scores.f1 / count;
  }
  html.close().open("tfoot");
  write_row(html, "mean", mean.precision, mean.recall, mean.f1, total, std::to_string(total));
  html.close().close().close();
}

}  // namespace

void write_html(HtmlWriter& html, const ConfusionCounts& given) {
  require<ShapeError>(given.counts.size() == given.labels.size() * given.labels.size(), "confusion matrix: ", given.counts.size(),
                      " counts for ", given.labels.size(), " labels");
  const ConfusionCounts confusion = sorted(given);
  const std::vector<LabelScores> scores = label_scores(confusion);
  html.element(
      "p", {{"class", "quiet"}},
      "A row for each true label, a column for each prediction; the colour is the share of the row. Right answers stand on "
      "the diagonal.");
  write_html(html, matrix(confusion, scores));
  constexpr std::size_t kMostMistakes = 12;
  BarChart mistakes{.title = "Most frequent mistakes: true label → prediction", .bars = {}};
  auto fit = [](const std::string& label) { return fit_pixels(label, 12.5, 108); };
  for (const Mistake& mistake : frequent_mistakes(confusion, kMostMistakes))
    mistakes.bars.push_back({fit(mistake.truth) + " → " + fit(mistake.predicted), static_cast<double>(mistake.count),
                             std::to_string(mistake.count),
                             mistake.truth + " → " + mistake.predicted + ": " + std::to_string(mistake.count)});
  write_html(html, mistakes);
  write_scores(html, scores, confusion.total());
}

}  // namespace weft::report
