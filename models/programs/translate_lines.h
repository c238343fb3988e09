// Lines of a file or of standard input, as they come.
#pragma once

#include <weft/models/text/line_reader.h>

#include <iostream>
#include <memory>

namespace weft::programs {

// "-" is standard input. Lines that are not UTF-8 are reported.
inline std::unique_ptr<text::LineReader> open_lines(const std::string& path) {
  return std::make_unique<text::LineReader>(text::open_bytes(path), text::name_of(path),
                                            [](const text::BadBytes& bad) { std::cerr << text::to_string(bad) << '\n'; });
}

}  // namespace weft::programs
