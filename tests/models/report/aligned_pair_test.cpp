#include "tests/models/charts/markup.h"

#include <weft/models/report/aligned_pair.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <cstdlib>

namespace weft::report {

namespace {

test::Markup markup_of(const AlignedPair& pair) {
  HtmlWriter html;
  write_html(html, {pair});
  return test::read_markup(html.take());
}

// Returns the left edge of the n-th cell.
double left_of_cell(const test::Markup& markup, std::size_t n) {
  for (const test::MarkupElement& element : markup.elements)
    if (auto it = element.attributes.find("class"); it != element.attributes.end() && it->second.starts_with("cell") && n-- == 0)
      return std::strtod(element.attributes.at("x").c_str(), nullptr);
  return -1;
}

}  // namespace

TEST_CASE("alignment heatmap: each weight has a cell, with words and value on hover") {
  const AlignedPair pair{{"the", "house"}, {"la", "<maison>"}, tensor({{0.9, 0.1}, {0.25, 0.75}}), "score -0.1"};
  HtmlWriter html;
  write_html(html, {pair});
  const std::string page = html.take();
  const test::Markup markup = test::read_markup(page);
  REQUIRE(markup.error == "");
  CHECK(markup.count("rect", "cell") == 4);
  CHECK(page.find("<title>&lt;maison&gt; ← house\n0.750</title>") != std::string::npos);
  CHECK(page.find("score -0.1") != std::string::npos);
  CHECK(left_of_cell(markup, 0) < left_of_cell(markup, 1));
}

TEST_CASE("alignment heatmap: sources in right-to-left scripts are drawn from right to left") {
  const test::Markup markup = markup_of({{"שלום", "עולם"}, {"hello"}, tensor({{0.9, 0.1}}), ""});
  REQUIRE(markup.error == "");
  CHECK(left_of_cell(markup, 0) > left_of_cell(markup, 1));
}

TEST_CASE("alignment heatmap: long words are shortened, and shown in full on hover") {
  const std::string word(80, 'x');
  HtmlWriter html;
  write_html(html, {{{word}, {"a"}, tensor({{1.0}}), ""}});
  const std::string page = html.take();
  CHECK(page.find("…<title>" + word + "</title>") != std::string::npos);
}

TEST_CASE("alignment heatmap: pairs without weights are left out, and wrong sizes are an error") {
  CHECK(markup_of({{"a"}, {"b"}, {}, ""}).count("figure") == 0);
  CHECK_THROWS_AS(markup_of({{"a"}, {"b"}, tensor({{0.5, 0.5}}), ""}), ShapeError);
}

}  // namespace weft::report
