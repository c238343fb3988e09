#include <weft/models/charts/detail/color_scale.h>
#include <weft/models/charts/detail/heatmap.h>
#include <weft/models/charts/numbers.h>
#include <weft/models/charts/text_width.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cmath>

namespace weft::report {

namespace {

constexpr double kLongestName = 150, kTitleRoom = 22, kGap = 6, kLeastFont = 12;

// The sizes of the drawing, in pixels.
struct Layout {
  explicit Layout(const Heatmap& map)
      : cell(map.cell_size),
        font(std::clamp(map.cell_size - 1.5, kLeastFont, 13.0)),
        upright(map.cell_size < 19),
        rows(fit_labels(map.rows, font, kLongestName)),
        columns(fit_labels(map.columns, font, kLongestName)) {
    for (const std::string& name : rows) left = std::max(left, pixel_width(name, font));
    double slope = 0, overhang = 0;
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
      const double width = pixel_width(columns[i], font);
      slope = std::max(slope, upright ? width : (width + font) * std::sqrt(0.5));
      const std::size_t at = map.right_to_left ? map.columns.size() - 1 - i : i;
      const double behind = static_cast<double>(map.columns.size() - at) * cell;
      if (!upright) overhang = std::max(overhang, (width + font) * std::sqrt(0.5) - behind + cell / 2);
    }
    left += kTitleRoom + kGap;
    top = slope + kTitleRoom + kGap;
    right = left + cell * static_cast<double>(map.columns.size());
    bottom = top + cell * static_cast<double>(map.rows.size());
    width = right + std::max(overhang, 2.0);
    // The title above the columns must fit too.
    width = std::max(width, left + pixel_width(map.column_title, 13));
    height = std::max(bottom + 2, top + pixel_width(map.row_title, 13));
    middle = (top + height) / 2;
  }

  double cell, font;
  bool upright;
  std::vector<std::string> rows, columns;  // their names, shortened
  double left = 0, top = 0, right = 0, bottom = 0, width = 0, height = 0, middle = 0;
};

void write_name(HtmlWriter& svg, const std::string& name, const std::string& shortened, HtmlWriter::Attributes attributes) {
  svg.open("text", attributes).text(shortened);
  if (shortened != name) svg.element("title", name);
  svg.close();
}

void write_names(HtmlWriter& svg, const Heatmap& map, const Layout& layout) {
  const std::string size = pixels(layout.font);
  for (std::size_t i = 0; i < map.rows.size(); ++i) {
    const double y = layout.top + (static_cast<double>(i) + 0.5) * layout.cell + 0.35 * layout.font;
    write_name(
        svg, map.rows[i], layout.rows[i],
        {{"class", "name"}, {"x", pixels(layout.left - kGap)}, {"y", pixels(y)}, {"font-size", size}, {"text-anchor", "end"}});
  }
  for (std::size_t i = 0; i < map.columns.size(); ++i) {
    const std::size_t at = map.right_to_left ? map.columns.size() - 1 - i : i;
    const double middle = layout.left + (static_cast<double>(at) + 0.5) * layout.cell;
    const double x = middle + (layout.upright ? 0.35 : 0.25) * layout.font;
    const std::string turn =
        "translate(" + pixels(x) + " " + pixels(layout.top - kGap) + ") rotate(" + (layout.upright ? "-90" : "-45") + ")";
    write_name(svg, map.columns[i], layout.columns[i], {{"class", "name"}, {"transform", turn}, {"font-size", size}});
  }
  svg.element("text", {{"class", "quiet"}, {"x", pixels(layout.left)}, {"y", "13"}}, map.column_title);
  svg.element(
      "text",
      {{"class", "quiet"}, {"transform", "translate(13 " + pixels(layout.middle) + ") rotate(-90)"}, {"text-anchor", "middle"}},
      map.row_title);
}

void write_cell(HtmlWriter& svg, const Layout& layout, const Heatmap::Cell& cell, double x, double y) {
  const std::string level = level_class(cell.share);
  svg.open("rect", {{"class", "cell " + level},
                    {"x", pixels(x)},
                    {"y", pixels(y)},
                    {"width", pixels(layout.cell)},
                    {"height", pixels(layout.cell)}});
  if (!cell.tip.empty()) svg.element("title", cell.tip);
  svg.close();
  auto line = [&](const std::string& text, double size, double middle) {
    if (text.empty()) return;
    svg.element("text",
                {{"class", joined({"in i", level.substr(1)})},
                 {"x", pixels(x + layout.cell / 2)},
                 {"y", pixels(middle + 0.35 * size)},
                 {"font-size", pixels(size)},
                 {"text-anchor", "middle"}},
                text);
  };
  const double middle = y + layout.cell / 2;
  line(cell.text, layout.font, cell.note.empty() ? middle : middle - 0.14 * layout.cell);
  line(cell.note, kLeastFont, middle + 0.2 * layout.cell);
}

}  // namespace

double cell_room(const std::string& text) { return pixel_width(text, kLeastFont) / 0.92; }

void write_color_scale(HtmlWriter& html, const std::string& least, const std::string& most) {
  html.open("span", {{"class", "scale"}}).text(least + " ").open("span", {{"class", "key"}, {"aria-hidden", "true"}});
  for (int level = 0; level <= kLevels; level += 4) html.element("i", {{"class", joined({"h", std::to_string(level)})}}, "");
  html.close().text(" " + most).close();
}

void write_html(HtmlWriter& html, const Heatmap& map) {
  require<ShapeError>(map.cells.size() == map.rows.size() * map.columns.size(), "heatmap \"", map.title, "\": ", map.cells.size(),
                      " cells for ", map.rows.size(), " rows and ", map.columns.size(), " columns");
  const Layout layout(map);
  html.open("figure", {{"class", "heatmap"}});
  if (!map.title.empty()) html.open("figcaption").element("bdi", map.title).close();
  const std::string name = map.title.empty() ? map.row_title + " by " + map.column_title : map.title;
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", name}});
  html.open("svg", {{"viewBox", "0 0 " + pixels(layout.width) + " " + pixels(layout.height)},
                    {"width", pixels(layout.width)},
                    {"height", pixels(layout.height)},
                    {"role", "img"},
                    {"aria-label", name}});
  html.empty("rect", {{"class", "frame"},
                      {"x", pixels(layout.left)},
                      {"y", pixels(layout.top)},
                      {"width", pixels(layout.right - layout.left)},
                      {"height", pixels(layout.bottom - layout.top)}});
  write_names(html, map, layout);
  const std::size_t columns = map.columns.size();
  for (std::size_t i = 0; i < map.cells.size(); ++i) {
    const Heatmap::Cell& cell = map.cells[i];
    if (cell.share <= 0 && cell.tip.empty()) continue;
    const std::size_t at = map.right_to_left ? columns - 1 - i % columns : i % columns;
    write_cell(html, layout, cell, layout.left + static_cast<double>(at) * layout.cell,
               layout.top + static_cast<double>(i / columns) * layout.cell);
  }
  for (std::size_t i = 0; map.outline_diagonal && i < std::min(map.rows.size(), columns); ++i)
    html.empty("rect", {{"class", "diagonal"},
                        {"x", pixels(layout.left + static_cast<double>(i) * layout.cell)},
                        {"y", pixels(layout.top + static_cast<double>(i) * layout.cell)},
                        {"width", pixels(layout.cell)},
                        {"height", pixels(layout.cell)}});
  html.close().close().close();
}

}  // namespace weft::report
