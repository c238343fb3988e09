// A writer of HTML and SVG: it escapes text and closes the elements that it opened.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::report {

// Parts one after the other.
std::string joined(std::initializer_list<std::string_view> parts);

// `text` as it may stand in an element or a quoted attribute: & < > " ' are escaped, bytes that are not UTF-8 and control
// characters but tab and newline become U+FFFD.
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
  // Adds markup that is already correct: style sheets, scripts, the result of another writer.
  HtmlWriter& raw(std::string_view markup);
  // An element that holds text alone, and one that holds nothing.
  HtmlWriter& element(std::string_view tag, Attributes attributes, std::string_view text);
  HtmlWriter& element(std::string_view tag, std::string_view text) { return element(tag, {}, text); }
  HtmlWriter& empty(std::string_view tag, Attributes attributes = {});

  // The markup; the writer is empty afterwards. Throws ValueError while an element is open.
  std::string take();

 private:
  void start(std::string_view tag, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace weft::report
