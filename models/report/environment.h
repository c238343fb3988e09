// What a run ran with.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace weft::report {

// weft's, such as "0.1.0".
std::string version();

// weft's version, the compiler, the instruction set, the number of threads of this thread's ops, and the processor's name.
// Nothing that tells who ran it or where.
std::vector<std::pair<std::string, std::string>> environment();

// The words of a command as one could type them: those with anything but plain characters stand in quotes.
std::string command_line(std::span<const std::string> words);

}  // namespace weft::report
