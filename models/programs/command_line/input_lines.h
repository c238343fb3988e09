// Lines of a file or of standard input, as they come.
#pragma once

#include <weft/models/io/line_reader.h>

#include <iostream>
#include <memory>
#include <string>

namespace weft::programs {

// Reports on standard error where a file is not UTF-8.
inline void report_bad_bytes(const text::BadBytes& bad) { std::cerr << text::to_string(bad) << '\n'; }

// Opens a file, or standard input if the path is "-". Lines that are not UTF-8 are reported.
inline std::unique_ptr<text::LineReader> open_lines(const std::string& path) {
  return std::make_unique<text::LineReader>(text::open_bytes(path), text::name_of(path), report_bad_bytes);
}

}  // namespace weft::programs
