// Reading text data: labelled lines, sentence pairs, parallel files. All are UTF-8, with LF or CRLF line ends, with or without a
// byte order mark.
//
// A file that breaks its format is rejected whole by one FormatError, "train.tsv:12: the rule: the value"; one that cannot be
// read, by an IoError. Bytes that are not UTF-8 are no error: they become U+FFFD and are reported.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

// Where a line held bytes that are not UTF-8.
struct BadBytes {
  std::string file;
  std::size_t line = 0;       // from 1
  std::size_t offset = 0;     // of the first bad byte in the line, from 0
  std::size_t sequences = 0;  // how many U+FFFD the line got
};

// "train.tsv:12: not UTF-8 at byte 17: replaced by U+FFFD (2 places in this line)"
std::string to_string(const BadBytes& bad);

// Where the readers report bad bytes; a caller who does not ask is not told.
using BadBytesReport = std::vector<BadBytes>;

// The lines of a file or stream, without line ends and byte order mark, repaired. `name` stands for the stream in reports and
// errors. Throws IoError when reading fails and FormatError when the data is UTF-16.
std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report = nullptr);
std::vector<std::string> read_lines(std::istream& stream, const std::string& name, BadBytesReport* report = nullptr);

struct LabelledText {
  std::string label;
  std::string text;
  bool operator==(const LabelledText&) const = default;
};

struct TextPair {
  std::string source;
  std::string target;
  bool operator==(const TextPair&) const = default;
};

// Lines of `label<TAB>text`. Throws FormatError when the file is empty, or a line has no tab or several, or nothing on one side
// of it.
std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report = nullptr);

// Lines of `source<TAB>target`; the same rules.
std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report = nullptr);

// Two files whose lines belong together. Throws FormatError when a file is empty or holds an empty line, or the line counts
// differ.
std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path,
                                    BadBytesReport* report = nullptr);

}  // namespace weft::text
