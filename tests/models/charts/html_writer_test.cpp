#include <weft/models/charts/html_writer.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

namespace weft::report {

TEST_CASE("html writer: text and attributes are escaped, and elements are closed") {
  HtmlWriter html;
  html.open("p", {{"class", "a \"b\""}, {"id", ""}}).text("1 < 2 & 'x' > y").empty("br").close();
  CHECK(html.take() == "<p class=\"a &quot;b&quot;\">1 &lt; 2 &amp; &#39;x&#39; &gt; y<br/></p>");
  CHECK(html.take().empty());
}

TEST_CASE("html writer: invalid bytes become replacement characters") {
  CHECK(escape_html("a\xFF"
                    "b") == "a\uFFFDb");
  CHECK(escape_html(std::string_view("a\0\x1B[1m\tb", 8)) == "a\uFFFD\uFFFD[1m\tb");
  CHECK(escape_html("\u0085\uFFFE") == "\uFFFD\uFFFD");
  CHECK(escape_html("日本 🙂") == "日本 🙂");
}

TEST_CASE("html writer: an element left open or closed twice is an error") {
  HtmlWriter html;
  CHECK_THROWS_WITH_AS(html.close(), "HtmlWriter: no element is open", ValueError);
  html.open("table").open("tr");
  CHECK_THROWS_WITH_AS(html.take(), "HtmlWriter: <tr> is not closed", ValueError);
  html.close().close();
  CHECK(html.take() == "<table><tr></tr></table>");
}

}  // namespace weft::report
