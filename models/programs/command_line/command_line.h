// What the programs' command lines have in common.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/tensor/base/error.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace weft::programs {

// Flushes standard output. Throws IoError if anything written so far was lost, for example because the disk is full.
void flush_output();

// A training that was asked to stop, and has saved what it had.
class Stopped : public Error {
 public:
  using Error::Error;
};

// Runs a program: parses the command line, checks the files that its options name, then runs its subcommand's action, and `body`
// for a program without subcommands. One clear line on standard error and exit code 2 for unknown options, bad values,
// bad files and output that is lost; 130 for a training that was asked to stop.
int run(Command& program, int argc, char** argv, const std::function<void()>& body = {});

inline constexpr std::uint64_t kLargestSeed = std::numeric_limits<std::uint64_t>::max();

// A check for options whose text parse() reads or refuses.
template <class Parse>
Option::Check parsed_by(Parse parse) {
  return [parse](const std::string& text) {
    try {
      parse(text);
      return std::string();
    } catch (const ValueError& error) {
      return std::string(error.what());
    }
  };
}

// --threads for a subcommand; takes effect as it is read.
void add_threads(Command& command);

// A result line: "name 12.34", with `digits` after the point.
void print_result(const std::string& name, double value, int digits);

}  // namespace weft::programs
