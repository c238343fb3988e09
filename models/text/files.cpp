#include <weft/models/text/files.h>
#include <weft/models/text/utf8.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

namespace weft::text {

namespace {

// "file:line: ", written only when an error asks for it.
struct Place {
  const std::string& file;
  std::size_t line;
  friend std::ostream& operator<<(std::ostream& out, Place place) { return out << place.file << ":" << place.line << ": "; }
};

// The first 60 characters of a value, in quotes.
struct Excerpt {
  std::string_view value;
  friend std::ostream& operator<<(std::ostream& out, Excerpt excerpt) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < 60 && end < excerpt.value.size(); ++i) end += decode_utf8(excerpt.value, end).length;
    return out << '"' << excerpt.value.substr(0, end) << (end < excerpt.value.size() ? "...\"" : "\"");
  }
};

bool is_blank(std::string_view value) { return value.find_first_not_of(" \t\v\f") == std::string_view::npos; }

// Cuts `bytes` into repaired lines.
std::vector<std::string> split_lines(std::string_view bytes, const std::string& name, BadBytesReport* report) {
  const bool utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  require<FormatError>(!utf16, name, ":1: text must be UTF-8: the file begins with a byte order mark of UTF-16");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    RepairedText repaired = repair_utf8(line);
    lines.push_back(std::move(repaired.text));
    if (report && repaired.bad_sequences) report->push_back({name, lines.size(), repaired.first_offset, repaired.bad_sequences});
  }
  return lines;
}

// The two fields of a line that must be `first<TAB>second`.
std::pair<std::string, std::string> split_fields(const std::string& line, Place at, const char* first, const char* second) {
  const auto tabs = std::count(line.begin(), line.end(), '\t');
  require<FormatError>(tabs > 0, at, "expected ", first, "<TAB>", second, ", found no tab: ", Excerpt{line});
  require<FormatError>(tabs == 1, at, "expected ", first, "<TAB>", second, ", found ", tabs, " tabs: ", Excerpt{line});
  const std::size_t tab = line.find('\t');
  std::string left = line.substr(0, tab);
  std::string right = line.substr(tab + 1);
  require<FormatError>(!is_blank(left), at, "the ", first, " is empty: ", Excerpt{line});
  require<FormatError>(!is_blank(right), at, "the ", second, " is empty: ", Excerpt{line});
  return {std::move(left), std::move(right)};
}

template <class Example>
std::vector<Example> read_two_fields(const std::string& path, const char* first, const char* second, BadBytesReport* report) {
  const std::vector<std::string> lines = read_lines(path, report);
  require<FormatError>(!lines.empty(), path, ":1: expected lines of ", first, "<TAB>", second, ": the file is empty");
  std::vector<Example> examples;
  examples.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto [left, right] = split_fields(lines[i], Place{path, i + 1}, first, second);
    examples.push_back({std::move(left), std::move(right)});
  }
  return examples;
}

std::vector<std::string> read_sentences(const std::string& path, BadBytesReport* report) {
  std::vector<std::string> lines = read_lines(path, report);
  require<FormatError>(!lines.empty(), path, ":1: expected one sentence per line: the file is empty");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    require<FormatError>(!is_blank(lines[i]), Place{path, i + 1},
                         "expected one sentence per line: the line is empty: ", Excerpt{lines[i]});
  }
  return lines;
}

}  // namespace

std::string to_string(const BadBytes& bad) {
  std::ostringstream text;
  text << Place{bad.file, bad.line} << "not UTF-8 at byte " << bad.offset << ": replaced by U+FFFD";
  if (bad.sequences > 1) text << " (" << bad.sequences << " places in this line)";
  return text.str();
}

std::vector<std::string> read_lines(std::istream& stream, const std::string& name, BadBytesReport* report) {
  std::string bytes;
  errno = 0;
  try {
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
  } catch (const std::ios_base::failure&) {
    stream.setstate(std::ios_base::badbit);
  }
  // Standard input reports no errors of its own.
  const bool failed = stream.bad() || (&stream == &std::cin && std::ferror(stdin));
  require<IoError>(!failed, "cannot read ", name, ": ", std::generic_category().message(errno));
  return split_lines(bytes, name, report);
}

std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report) {
  std::error_code ignored;
  require<IoError>(!std::filesystem::is_directory(path, ignored), "cannot read ", path, ": it is a folder");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  require<IoError>(stream.is_open(), "cannot open ", path, ": ", std::generic_category().message(errno));
  return read_lines(stream, path, report);
}

std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report) {
  return read_two_fields<LabelledText>(path, "label", "text", report);
}

std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report) {
  return read_two_fields<TextPair>(path, "source", "target", report);
}

std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path, BadBytesReport* report) {
  std::vector<std::string> sources = read_sentences(source_path, report);
  std::vector<std::string> targets = read_sentences(target_path, report);
  require<FormatError>(sources.size() == targets.size(), Place{target_path, std::min(sources.size(), targets.size()) + 1},
                       "parallel files need equally many lines: ", sources.size(), " in ", source_path, ", ", targets.size(),
                       " in ", target_path);
  std::vector<TextPair> pairs;
  pairs.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) pairs.push_back({std::move(sources[i]), std::move(targets[i])});
  return pairs;
}

}  // namespace weft::text
