// Labels as a model knows them.
#pragma once

#include <weft/models/io/unicode.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// The label in a text's normal form, without the white space around it. Throws ValueError for a label that is not UTF-8, and for
// one with a line break, a tab, NUL or another control character in it: a label is a part of a line.
std::string clean_label(std::string_view label, Normalization form);

// For a label that is not among `known`: ", which has "sport": character 3 is U+043E, not U+006F", where one of them looks alike
// or differs in a character or two that are not ASCII; "" where none does.
std::string look_alike(std::string_view label, std::span<const std::string> known);

// A line for each of the labels that looks like one before it: "\"sport\" and \"sport\\u{200b}\" look alike: character 6 is the
// end, not U+200B".
std::vector<std::string> look_alikes(std::span<const std::string> labels);

// The labels as a table shows them: of those that look alike, what tells them apart is written as its code point,
// "sport\u{200b}".
std::vector<std::string> distinct_labels(std::span<const std::string> labels);

}  // namespace weft::text
