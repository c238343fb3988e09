#include <weft/models/charts/text_width.h>
#include <weft/models/io/unicode.h>
#include <weft/models/io/utf8.h>

#include <algorithm>

namespace weft::report {

namespace {

char32_t shown(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return U' ';
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  return control ? text::kReplacementCharacter : c;
}

std::size_t columns_of(char32_t c) { return static_cast<std::size_t>(text::terminal_columns(shown(c))); }

// Returns a width in ems, rounded up from those of widely used sans-serif fonts.
double ems_of(char32_t c) {
  const std::size_t columns = columns_of(c);
  if (columns != 1) return columns == 0 ? 0 : 1.05;
  constexpr std::string_view narrow = "iljtfrI.,:;'|!()[]{}` ", widest = "mwMW@%";
  if (c < 0x80) {
    const char letter = static_cast<char>(c);
    if (narrow.find(letter) != std::string_view::npos) return 0.42;
    if (widest.find(letter) != std::string_view::npos) return 1.0;
    return letter >= 'A' && letter <= 'Z' ? 0.78 : 0.64;
  }
  return 0.75;
}

// Returns all of `text` if its size is at most `most`, otherwise its longest beginning that fits with an ellipsis, otherwise "".
template <class Size>
std::string fit(std::string_view text, double most, Size size) {
  double total = 0, ellipsis = size(U'…');
  std::string all, beginning;
  bool open = true;
  for (text::CodePoint c : text::CodePoints(text)) {
    const double own = size(c.value);
    total += own;
    text::append_utf8(all, shown(c.value));
    if (open && total + ellipsis > most) {
      open = false;
    } else if (open) {
      beginning = all;
    }
  }
  if (total <= most) return all;
  return ellipsis <= most ? beginning + "…" : "";
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (text::CodePoint c : text::CodePoints(text)) width += columns_of(c.value);
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  for (text::CodePoint c : text::CodePoints(text)) text::append_utf8(out, shown(c.value));
  return out;
}

std::string fit_width(std::string_view text, std::size_t columns) {
  return fit(text, static_cast<double>(columns), [](char32_t c) { return static_cast<double>(columns_of(c)); });
}

std::string pad_right(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return printable(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ') + printable(text);
}

double pixel_width(std::string_view text, double size) {
  double ems = 0;
  for (text::CodePoint c : text::CodePoints(text)) ems += ems_of(shown(c.value));
  return ems * size;
}

std::string fit_pixels(std::string_view text, double size, double most) { return fit(text, most / size, ems_of); }

bool right_to_left(std::string_view text) {
  std::int64_t balance = 0;
  for (text::CodePoint c : text::CodePoints(text))
    if (text::is_letter(c.value)) balance += text::is_right_to_left(c.value) ? 1 : -1;
  return balance > 0;
}

}  // namespace weft::report
