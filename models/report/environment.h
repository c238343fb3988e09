// The environment of a run.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weft::report {

// Returns weft's version, such as "0.1.0".
std::string version();

// Returns weft's version, the compiler, the instruction set, the number of threads of this thread's ops, and the processor's
// name. Nothing identifies the user or the machine.
std::vector<std::pair<std::string, std::string>> environment();

// Returns a command line that can be typed; words with special characters are quoted.
std::string command_line(std::span<const std::string> words);

}  // namespace weft::report
