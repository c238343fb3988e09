#include <weft/models/charts/detail/page_style.h>
#include <weft/models/report/report.h>
#include <weft/tensor/files/atomic_file.h>

#include <functional>

namespace weft::report {

namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

struct Section {
  std::string id, title;
  std::function<void(HtmlWriter&)> write;
};

void write_facts(HtmlWriter& html, const Facts& facts) {
  html.open("div", {{"class", "scroll"}, {"tabindex", "0"}}).open("table").open("tbody");
  for (const auto& [name, value] : facts) {
    html.open("tr").element("th", {{"scope", "row"}}, name);
    html.open("td", {{"class", "text"}}).element("bdi", value).close().close();
  }
  html.close().close().close();
}

void write_charts(HtmlWriter& html, const std::vector<LineChart>& charts) {
  html.open("div", {{"class", "charts"}});
  for (const LineChart& chart : charts) write_html(html, chart);
  html.close();
}

std::vector<Section> sections(const Report& report) {
  std::vector<Section> all;
  auto add = [&](bool present, const char* id, const char* title, std::function<void(HtmlWriter&)> write) {
    if (present) all.push_back({id, title, std::move(write)});
  };
  add(!report.scores.rows.empty(), "scores", "Scores", [&](HtmlWriter& html) { write_html(html, report.scores); });
  add(!report.quality.empty(), "quality", "Quality by length",
      [&](HtmlWriter& html) { write_html(html, quality_chart(report.quality, report.quality_measure)); });
  add(!report.curves.empty(), "curves", "Learning curves", [&](HtmlWriter& html) { write_charts(html, report.curves); });
  add(!report.confusion.labels().empty(), "confusion", "Confusion matrix",
      [&](HtmlWriter& html) { write_html(html, report.confusion); });
  add(!report.attended.empty(), "attention", "Words by attention", [&](HtmlWriter& html) { write_html(html, report.attended); });
  add(!report.alignments.empty(), "alignments", "Alignments", [&](HtmlWriter& html) { write_html(html, report.alignments); });
  add(!report.samples.empty(), "samples", "Samples", [&](HtmlWriter& html) { write_html(html, report.samples); });
  add(!report.options.empty(), "options", "Options", [&](HtmlWriter& html) { write_facts(html, report.options); });
  add(!report.command_line.empty(), "command", "Command line",
      [&](HtmlWriter& html) { html.open("p").element("code", report.command_line).close(); });
  add(!report.environment.empty(), "environment", "Environment",
      [&](HtmlWriter& html) { write_facts(html, report.environment); });
  return all;
}

void write_head(HtmlWriter& html, const Report& report) {
  html.open("head").empty("meta", {{"charset", "utf-8"}});
  html.element("title", report.title);
  html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  // The page must not load anything. It has an icon of its own because the browser would request one otherwise.
  html.empty("meta", {{"http-equiv", "Content-Security-Policy"},
                      {"content", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"}});
  html.empty("link", {{"rel", "icon"}, {"href", "data:,"}});
  html.open("style").raw("\n").raw(style_sheet()).close().close();
}

void write_top(HtmlWriter& html, const Report& report, const std::vector<Section>& all) {
  html.open("header").element("h1", report.title);
  if (!report.summary.empty()) html.element("p", report.summary);
  if (!report.date.empty()) html.element("p", {{"class", "quiet"}}, report.date);
  if (!report.results.empty()) {
    html.open("dl", {{"class", "results"}});
    for (const auto& [name, value] : report.results) html.open("div").element("dt", name).element("dd", value).close();
    html.close();
  }
  for (const std::string& note : report.notes) html.element("p", {{"class", "quiet"}}, note);
  html.close();
  if (all.size() < 2) return;
  html.open("nav", {{"aria-label", "Sections"}}).open("ul");
  for (const Section& section : all) html.open("li").element("a", {{"href", "#" + section.id}}, section.title).close();
  html.close().close();
}

}  // namespace

std::string to_html(const Report& report) {
  const std::vector<Section> all = sections(report);
  HtmlWriter html;
  html.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}});
  write_head(html, report);
  html.raw("\n").open("body");
  write_top(html, report, all);
  html.open("main");
  for (const Section& section : all) {
    html.raw("\n").open("section", {{"id", section.id}}).element("h2", section.title);
    section.write(html);
    html.close();
  }
  html.close().raw("\n").open("script").raw(tip_script()).close().close().close().raw("\n");
  return html.take();
}

void write_report(const std::string& path, const Report& report) {
  AtomicFile file(path);
  file.write(to_html(report));
  file.commit();
}

}  // namespace weft::report
