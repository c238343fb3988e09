// Reads the output of another program.
#pragma once

#include <weft/models/io/byte_stream.h>

#include <string>
#include <vector>

namespace weft::text {

// Runs a program, found in $PATH, and returns its standard output as a stream. Its input is empty and its standard error is
// discarded. Throws IoError, which names the program, if it cannot be run, and at the end of its output if it failed.
std::unique_ptr<ByteStream> open_output(const std::vector<std::string>& command);

}  // namespace weft::text
