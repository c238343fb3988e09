// A writer of HTML and SVG that escapes text and closes the elements that it opened.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::report {

// Returns the parts joined to one string.
std::string joined(std::initializer_list<std::string_view> parts);

// Returns `text` escaped for an element or a quoted attribute: & < > " ' are replaced by entities; bytes that are not UTF-8 and
// control characters other than tab and newline become U+FFFD.
std::string escape_html(std::string_view text);

// Builds markup that is also well-formed XML. Attributes whose value is empty are omitted.
//     HtmlWriter html;
//     html.open("p", {{"class", "note"}}).text("a < b").close();   // <p class="note">a &lt; b</p>
class HtmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

  HtmlWriter& open(std::string_view tag, Attributes attributes = {});
  // Closes the innermost open element. Throws ValueError if there is none.
  HtmlWriter& close();
  HtmlWriter& text(std::string_view text);
  // Adds markup without escaping it: style sheets, scripts, the result of another writer.
  HtmlWriter& raw(std::string_view markup);
  // Adds an element that contains only text, and an empty element.
  HtmlWriter& element(std::string_view tag, Attributes attributes, std::string_view text);
  HtmlWriter& element(std::string_view tag, std::string_view text) { return element(tag, {}, text); }
  HtmlWriter& empty(std::string_view tag, Attributes attributes = {});

  // Returns the markup and empties the writer. Throws ValueError if an element is still open.
  std::string take();

 private:
  void start(std::string_view tag, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace weft::report
