#include <weft/models/charts/html_writer.h>
#include <weft/models/io/utf8.h>
#include <weft/tensor/base/error.h>

namespace weft::report {

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (std::string_view part : parts) out += part;
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (text::CodePoint c : text::CodePoints(text)) {
    if (c.value == '&') {
      out += "&amp;";
    } else if (c.value == '<') {
      out += "&lt;";
    } else if (c.value == '>') {
      out += "&gt;";
    } else if (c.value == '"') {
      out += "&quot;";
    } else if (c.value == '\'') {
      out += "&#39;";
    } else {
      const bool control = (c.value < 0x20 && c.value != '\t' && c.value != '\n') || (c.value >= 0x7F && c.value < 0xA0) ||
                           (c.value & 0xFFFE) == 0xFFFE;
      text::append_utf8(out, control ? text::kReplacementCharacter : c.value);
    }
  }
  return out;
}

void HtmlWriter::start(std::string_view tag, Attributes attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    out_ += ' ';
    out_ += name;
    out_ += "=\"" + escape_html(value) + '"';
  }
}

HtmlWriter& HtmlWriter::open(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  out_ += '>';
  open_.emplace_back(tag);
  return *this;
}

HtmlWriter& HtmlWriter::close() {
  require<ValueError>(!open_.empty(), "HtmlWriter: no element is open");
  out_ += "</" + open_.back() + '>';
  open_.pop_back();
  return *this;
}

HtmlWriter& HtmlWriter::text(std::string_view text) {
  out_ += escape_html(text);
  return *this;
}

HtmlWriter& HtmlWriter::raw(std::string_view markup) {
  out_ += markup;
  return *this;
}

HtmlWriter& HtmlWriter::element(std::string_view tag, Attributes attributes, std::string_view text) {
  return open(tag, attributes).text(text).close();
}

HtmlWriter& HtmlWriter::empty(std::string_view tag, Attributes attributes) {
  start(tag, attributes);
  out_ += "/>";
  return *this;
}

std::string HtmlWriter::take() {
  require<ValueError>(open_.empty(), "HtmlWriter: <", open_.empty() ? "" : open_.back(), "> is not closed");
  return std::exchange(out_, {});
}

}  // namespace weft::report
