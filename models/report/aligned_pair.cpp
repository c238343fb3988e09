#include <weft/models/charts/detail/heatmap.h>
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/models/report/aligned_pair.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/base/error.h>

namespace weft::report {

namespace {

Heatmap heatmap_of(const AlignedPair& pair) {
  require<ShapeError>(pair.weights.shape() == Shape{std::ssize(pair.target), std::ssize(pair.source)}, "alignment: weights are ",
                      pair.weights.shape(), " for ", pair.target.size(), " target and ", pair.source.size(), " source words");
  constexpr double kUsualCell = 26, kSmallCell = 20;
  constexpr std::size_t kManyWords = 30;
  std::string letters;
  for (const std::string& word : pair.source) letters += word;
  Heatmap map{.title = "",
              .row_title = "target",
              .column_title = "source",
              .rows = pair.target,
              .columns = pair.source,
              .cells = {},
              .cell_size = pair.source.size() > kManyWords ? kSmallCell : kUsualCell,
              .right_to_left = right_to_left(letters)};
  const Tensor weights = contiguous(cast(pair.weights, DType::f64));
  const double* weight = weights.data<double>();
  for (const std::string& target : pair.target)
    for (const std::string& source : pair.source) {
      map.cells.push_back({*weight, "", "", target + " ← " + source + "\n" + fixed(*weight, 3)});
      ++weight;
    }
  return map;
}

}  // namespace

void write_html(HtmlWriter& html, const std::vector<AlignedPair>& pairs) {
  html.open("p", {{"class", "quiet"}})
      .text(
          "A row for each target word, a column for each source word. The colour is the share of the decoder's attention that "
          "the source word had when the target word was written: ");
  write_color_scale(html, "0", "1");
  html.close();
  html.open("div", {{"class", "pairs"}});
  for (const AlignedPair& pair : pairs) {
    if (!pair.weights.defined()) continue;
    html.open("div");
    write_html(html, heatmap_of(pair));
    if (!pair.note.empty()) html.element("p", {{"class", "quiet"}}, pair.note);
    html.close();
  }
  html.close();
}

}  // namespace weft::report
