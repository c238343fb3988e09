#include <weft/models/report/sample.h>

namespace weft::report {

void write_html(HtmlWriter& html, const std::vector<Sample>& samples) {
  html.open("div", {{"class", "texts"}});
  for (const Sample& sample : samples) {
    html.open("article").open("dl", {{"class", "sample"}});
    auto line = [&](const char* name, const std::string& text) {
      html.element("dt", name).element("dd", {{"dir", "auto"}}, text);
    };
    line("source", sample.source);
    for (const std::string& reference : sample.references) line("reference", reference);
    line("output", sample.output);
    html.close();
    if (!sample.scores.empty()) {
      html.open("p", {{"class", "quiet"}});
      for (std::size_t i = 0; i < sample.scores.size(); ++i)
        html.text(joined({i ? ", " : "", sample.scores[i].first, " ", sample.scores[i].second}));
      html.close();
    }
    html.close();
  }
  html.close();
}

}  // namespace weft::report
