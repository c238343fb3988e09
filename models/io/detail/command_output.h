// What another program prints.
#pragma once

#include <weft/models/io/byte_stream.h>

#include <string>
#include <vector>

namespace weft::text {

// Runs a program, found in $PATH, and gives what it writes to standard output; it has no input, and what it writes to standard
// error is dropped. Throws IoError, which names the program, when it cannot be run, and at the end of its output when it failed.
std::unique_ptr<ByteStream> open_output(const std::vector<std::string>& command);

}  // namespace weft::text
