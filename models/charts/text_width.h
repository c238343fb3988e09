// The width of text, in columns on a terminal and in pixels in a drawing. The functions that return text return printable text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weft::report {

// Returns `text` without anything that controls a terminal: tabs and line ends become spaces, other control characters and bytes
// that are not UTF-8 become U+FFFD.
std::string printable(std::string_view text);

// Returns how many columns of a terminal printable text takes: East Asian wide characters take two, combining characters none.
std::size_t display_width(std::string_view text);

// Returns `text`, or its beginning and "…" if it is wider than `columns`, or "" if even that does not fit.
std::string fit_width(std::string_view text, std::size_t columns);

// Returns `text` with spaces after it or before it, up to a width of `columns`.
std::string pad_right(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

// Estimates the width of `text` in a browser's sans-serif font of `size` pixels, rather too wide than too narrow.
double pixel_width(std::string_view text, double size);

// Returns `text`, or its beginning and "…" if the estimated width is above `most`.
std::string fit_pixels(std::string_view text, double size, double most);

// Shortens each label to `most` pixels in a font of `size` pixels, such that different labels stay different. Labels that begin
// alike keep their beginning and the part after the common one ("balance_…_bank_transfer"). If that does not fit, they are
// numbered.
std::vector<std::string> fit_labels(const std::vector<std::string>& labels, double size, double most);
// Does the same in columns of a terminal.
std::vector<std::string> fit_labels_to_columns(const std::vector<std::string>& labels, std::size_t columns);

// Returns whether most letters of the text are of a script that runs from right to left, such as Arabic or Hebrew.
bool right_to_left(std::string_view text);

}  // namespace weft::report
