// A strict parser for the pages that reports write.
#pragma once

#include <cctype>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::test {

// An element of a page: its tag, its attributes as they are written, and the text directly inside it.
struct MarkupElement {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::string text;
};

// The elements of a page in the order of their opening tags, and the first error in it: an element that is not closed, an
// attribute without quotes, or a < or & that is not escaped.
struct Markup {
  std::vector<MarkupElement> elements;
  std::string error;

  std::size_t count(std::string_view tag, std::string_view name = {}) const {
    std::size_t found = 0;
    for (const MarkupElement& element : elements) {
      auto it = element.attributes.find("class");
      const std::string classes = it == element.attributes.end() ? "" : " " + it->second + " ";
      found += element.tag == tag && (name.empty() || classes.find(" " + std::string(name) + " ") != std::string::npos);
    }
    return found;
  }
};

namespace detail {

inline bool known_entity(std::string_view rest) {
  for (std::string_view entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
    if (rest.starts_with(entity)) return true;
  return false;
}

// Reads name="value" pairs up to the end of a tag. Returns the error, or "".
inline std::string read_attributes(std::string_view inside, MarkupElement& element) {
  std::size_t at = 0;
  while (at < inside.size()) {
    if (inside[at] != ' ') return "no space before an attribute of " + element.tag;
    const std::size_t equals = inside.find("=\"", at);
    if (equals == std::string_view::npos) return "no value in " + std::string(inside);
    const std::size_t end = inside.find('"', equals + 2);
    const std::string name(inside.substr(at + 1, equals - at - 1)), value(inside.substr(equals + 2, end - equals - 2));
    if (!element.attributes.emplace(name, value).second) return name + " twice";
    for (std::size_t i = 0; i < value.size(); ++i)
      if (value[i] == '<' || (value[i] == '&' && !known_entity(std::string_view(value).substr(i))))
        return "bare sign in " + value;
    at = end + 1;
  }
  return "";
}

}  // namespace detail

inline Markup read_markup(std::string_view page) {
  Markup markup;
  std::vector<std::size_t> open;
  auto fail = [&](const std::string& error) {
    markup.error = error;
    return markup;
  };
  for (std::size_t at = 0; at < page.size();) {
    const bool raw =
        !open.empty() && (markup.elements[open.back()].tag == "script" || markup.elements[open.back()].tag == "style");
    if (raw && page.substr(at, 2) != "</") {
      at = page.find("</", at);
    } else if (page[at] != '<') {
      if (page[at] == '>' || (page[at] == '&' && !detail::known_entity(page.substr(at))))
        return fail("bare sign at " + std::string(page.substr(at, 20)));
      if (!open.empty()) markup.elements[open.back()].text += page[at];
      ++at;
    } else if (page.substr(at).starts_with("<!DOCTYPE html>")) {
      at = page.find('>', at) + 1;
    } else if (page[at + 1] == '/') {
      const std::size_t end = page.find('>', at);
      const std::string_view tag = page.substr(at + 2, end - at - 2);
      if (open.empty() || markup.elements[open.back()].tag != tag) return fail("</" + std::string(tag) + "> closes nothing");
      open.pop_back();
      at = end + 1;
    } else {
      std::size_t end = at + 1;
      for (bool quoted = false; quoted || page[end] != '>'; ++end) quoted ^= page[end] == '"';
      const bool closed = page[end - 1] == '/';
      std::string_view inside = page.substr(at + 1, end - at - 1 - (closed ? 1 : 0));
      std::size_t length = 0;
      while (length < inside.size() && std::isalnum(static_cast<unsigned char>(inside[length]))) ++length;
      MarkupElement element{std::string(inside.substr(0, length)), {}, {}};
      if (!length) return fail("bare < at " + std::string(page.substr(at, 20)));
      if (std::string error = detail::read_attributes(inside.substr(length), element); !error.empty()) return fail(error);
      if (!closed) open.push_back(markup.elements.size());
      markup.elements.push_back(std::move(element));
      at = end + 1;
    }
  }
  if (!open.empty()) return fail("<" + markup.elements[open.back()].tag + "> is not closed");
  return markup;
}

}  // namespace weft::test
