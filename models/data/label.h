// Labels as they are stored in a model.
#pragma once

#include <weft/models/io/unicode.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// Returns the label in a text's normal form, without surrounding white space. Throws ValueError for a label that is not UTF-8,
// and for one that contains a line break, a tab, NUL or another control character: a label must fit into one line.
std::string clean_label(std::string_view label, Normalization form);

// For a label that is not in `known`: returns ", which has "sport": character 3 is U+043E, not U+006F" if a known label looks the
// same or differs only in one or two non-ASCII characters; otherwise "".
std::string look_alike(std::string_view label, std::span<const std::string> known);

// Returns a line for each label that looks like one before it: "\"sport\" and \"sport\\u{200b}\" look alike: character 6 is the
// end, not U+200B".
std::vector<std::string> look_alikes(std::span<const std::string> labels);

// Returns the labels for a table: in labels that look alike, the characters that differ are written as code points,
// "sport\u{200b}".
std::vector<std::string> distinct_labels(std::span<const std::string> labels);

}  // namespace weft::text
