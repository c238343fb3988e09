// Reading whole files of text data: lines, labelled texts, pairs. All are UTF-8, with LF or CRLF line ends, with or without a
// byte order mark, compressed by gzip or not; "-" is standard input.
//
// A file that breaks its format is rejected whole by one FormatError, "train.tsv:12: the rule: the value"; one that cannot be
// read, by an IoError. Bytes that are not UTF-8 are no error: they become U+FFFD and are reported.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

// Where the readers report bad bytes; a caller who does not ask is not told.
using BadBytesReport = std::vector<BadBytes>;

// The lines of a file, without line ends and byte order mark, repaired. Throws IoError when reading fails and FormatError when
// the data is UTF-16.
std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report = nullptr);

// A file of labelled texts, or of pairs, in the format that its name says. Throws FormatError when the file breaks it or is
// empty.
std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report = nullptr);
std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report = nullptr);

// Two files whose lines belong together. Throws FormatError when a file is empty or holds an empty line, or the line counts
// differ.
std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path,
                                    BadBytesReport* report = nullptr);

}  // namespace weft::text
