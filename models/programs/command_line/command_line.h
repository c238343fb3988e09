// What the command lines of all programs have in common.
#pragma once

#include <weft/models/distributed/mpi.h>
#include <weft/models/programs/command_line/command.h>
#include <weft/tensor/base/error.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace weft::programs {

// Flushes standard output. Throws IoError if anything written so far was lost, for example because the disk is full.
void flush_output();

// Thrown when training was stopped by the user, after it has saved a checkpoint.
class Stopped : public Error {
 public:
  using Error::Error;
};

// Runs a program: parses the command line, checks the files that its options name, then runs the action of its subcommand, or
// `body` in a program without subcommands. Unknown options, invalid values, bad files and lost output give one line on standard
// error and exit code 2; a training that was stopped gives 130. On several ranks of mpirun the first one prints; if another one
// fails alone, it prints its error and ends them all.
int run(Command& program, int argc, char** argv, const std::function<void()>& body = {});

// Returns the ranks of the program that run() is running; null if there is only one.
Mpi* ranks_of_run();

inline constexpr std::uint64_t kLargestSeed = std::numeric_limits<std::uint64_t>::max();

// Returns a check that accepts the text that parse() accepts.
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

// Adds --threads, which takes effect when it is parsed.
void add_threads(Command& command);

// Prints a line "name 12.34", with `digits` digits after the point.
void print_result(const std::string& name, double value, int digits);

}  // namespace weft::programs
