// How much room text takes: on a terminal in columns, in a drawing in pixels. The functions that return text return it printable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weft::report {

// `text` without what would steer a terminal: tabs and line ends are spaces, other control characters and bytes that are not
// UTF-8 U+FFFD.
std::string printable(std::string_view text);

// Columns of a terminal that printable text takes: East Asian wide characters take two, combining ones none.
std::size_t display_width(std::string_view text);

// `text`, or its beginning and "…" when it is wider than `columns`; "" where that does not fit either.
std::string fit_width(std::string_view text, std::size_t columns);

// `text` with spaces behind or before it, up to a width of `columns`.
std::string pad_right(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

// About the width of `text` in a browser's sans-serif letters of `size` pixels; rather too wide than too narrow.
double pixel_width(std::string_view text, double size);

// `text`, or its beginning and "…" when that estimate is above `most`.
std::string fit_pixels(std::string_view text, double size, double most);

// Each label shortened to `most` pixels of letters of `size`, in such a way that different labels stay different: those that
// begin alike keep their beginning and what follows the part they share ("balance_…_bank_transfer"). Labels that cannot be told
// apart in so little room get a number.
std::vector<std::string> fit_labels(const std::vector<std::string>& labels, double size, double most);
// The same in columns of a terminal.
std::vector<std::string> fit_labels_to_columns(const std::vector<std::string>& labels, std::size_t columns);

// Whether the text's letters run from right to left, as Arabic and Hebrew do: more of them than of others.
bool right_to_left(std::string_view text);

}  // namespace weft::report
