#include "tests/models/charts/markup.h"
#include "tests/tensor/files/temporary_folder.h"

#include <weft/models/charts/detail/page_style.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/report/report.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <regex>

namespace weft::report {

namespace {

Report example() {
  Report report;
  report.title = "classify <train> & \"more\"";
  report.results = {{"accuracy", "91.20 %"}};
  report.confusion = metrics::ConfusionMatrix({"</script>", "b"});
  report.confusion.add(0, 1);
  report.quality = {{"beam 5", {{1, 10, 3, 40, 40, 40}}}};
  report.attended = {{{"a", "<b>"}, {0.5, 0.5}, "x", "y", 0.7}};
  report.alignments = {{{"a"}, {"<b>"}, tensor({{1.0}}), ""}};
  report.samples = {{"one </p>", {"un", "une"}, "deux & trois", {{"BLEU", "12.0"}}}};
  report.options = {{"--epochs", "10"}, {"--note", "<i>'&"}};
  report.environment = environment();
  report.command_line = "classify train --note '<b>'";
  return report;
}

}  // namespace

TEST_CASE("report: a page is well-formed and escaped, loads nothing, and has the same bytes each time") {
  const std::string page = to_html(example());
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(page == to_html(example()));
  CHECK(page.find("classify &lt;train&gt; &amp; &quot;more&quot;") != std::string::npos);
  CHECK(page.find("<i>") == std::string::npos);
  for (const char* address : {"http:", "https:", "//", "url(", "@import", "src="}) {
    CAPTURE(address);
    CHECK(page.find(address) == std::string::npos);
  }
  for (const test::MarkupElement& element : markup.elements)
    if (auto href = element.attributes.find("href"); href != element.attributes.end())
      CHECK((href->second.starts_with("#") || href->second == "data:,"));
  CHECK(markup.count("script") == 1);
}

// With "anywhere" a column of a table could become one letter wide. Without it a long word would make a card wider than a phone.
TEST_CASE("report: labels of tables break between words, and long words of texts break anywhere") {
  const std::string css = style_sheet();
  CHECK_FALSE(std::regex_search(css, std::regex("\\b(th|td)\\b[^{}]*\\{[^}]*overflow-wrap:anywhere")));
  CHECK(std::regex_search(css, std::regex("(^|[\\s,}])article header\\{[^}]*overflow-wrap:anywhere[;}]")));
}

TEST_CASE("report: the page that models/docs/reports.md builds") {
  test::TemporaryFolder folder;
  const std::string path = folder / "my-model.html";
  History history(3);
  for (std::size_t i = 0; i < 3; ++i) {
    history[i].epoch = static_cast<int>(i) + 1;
    history[i].train.loss = 1.0 / static_cast<double>(i + 1);
  }
  metrics::ConfusionMatrix confusion({"rain", "sun"});
  confusion.add(0, 1);

  report::Report page;
  page.title = "My model";
  page.results = {{"accuracy", "91.2 %"}};
  page.curves = report::learning_curves(history, "loss");  // a History: from fit(), or from keep_history()
  page.confusion = confusion;                              // a metrics::ConfusionMatrix
  page.environment = report::environment();
  report::write_report(path, page);

  CHECK(test::read_markup(test::read_file(path)).count("section") == 3);
}

TEST_CASE("report: sections without content are left out") {
  CHECK(test::read_markup(to_html(example())).count("section") == 8);
  Report empty;
  empty.title = "nothing";
  const test::Markup markup = test::read_markup(to_html(empty));
  CHECK(markup.error == "");
  CHECK(markup.count("section") == 0);
  CHECK(markup.count("nav") == 0);
}

TEST_CASE("report: the command line can be typed as shown") {
  const std::vector<std::string> words{"classify", "train", "--note", "it's <b>", "--model=a.weft", ""};
  CHECK(command_line(words) == "classify train --note 'it'\\''s <b>' --model=a.weft ''");
}

TEST_CASE("report: the environment has version, compiler, instruction set and threads") {
  std::string names;
  for (const auto& [name, value] : environment()) {
    names += name + ",";
    CHECK_FALSE(value.empty());
  }
  CHECK(names.starts_with("weft,compiler,instruction set,threads,"));
}

TEST_CASE("report: it is written to a file, or an error names the file") {
  test::TemporaryFolder folder;
  write_report(folder / "report.html", example());
  CHECK(test::read_file(folder / "report.html") == to_html(example()));
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(write_report("/nowhere/report.html", example()), IoError);
}

}  // namespace weft::report
