// Reading whole files of text data: lines, labelled texts, pairs. All are UTF-8, with LF or CRLF line ends, with or without a
// byte order mark, compressed by gzip or not; "-" is standard input.
//
// A file that violates its format is rejected as a whole with one FormatError, "train.tsv:12: the rule: the value"; a file that
// cannot be read, with an IoError. Bytes that are not UTF-8 are not an error: they become U+FFFD and are reported.
#pragma once

#include <weft/models/data/example_source.h>

#include <string>

namespace weft::text {

// The readers add bad bytes to it; a null pointer means no report.
using BadBytesReport = std::vector<BadBytes>;

// Returns the lines of a file, without line ends and byte order mark, and repaired. Throws IoError if reading fails, and
// FormatError if the data is UTF-16.
std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report = nullptr);

// Reads a file of labelled texts, or of pairs, in the format that its name indicates. Throws FormatError if the file violates the
// format or is empty.
std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report = nullptr);
std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report = nullptr);

// Reads two files that correspond line by line. Throws FormatError if a file is empty or contains an empty line, or if the
// numbers of lines differ.
std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path,
                                    BadBytesReport* report = nullptr);

}  // namespace weft::text
