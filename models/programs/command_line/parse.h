// Parses command lines.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/tensor/base/error.h>

namespace weft::programs {

// Thrown for a command line that cannot be parsed.
class UsageError : public Error {
 public:
  using Error::Error;
};

// Parses the command line and the configuration file that it names, and stores the values in the options and their targets. With
// `needs_subcommand`, a subcommand is required. Prints the text and returns false if the command line contains --help or
// --version. Throws UsageError, and what the options' checks and the reader of the configuration file throw.
bool parse(Command& program, int argc, char** argv, bool needs_subcommand);

}  // namespace weft::programs
