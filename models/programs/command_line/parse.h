// The parser of command lines.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/tensor/base/error.h>

namespace weft::programs {

// A command line that the program does not understand.
class UsageError : public Error {
 public:
  using Error::Error;
};

// Parses the command line and the configuration file that it names: options know what they were given, and their targets have it.
// With `needs_subcommand` there must be one. Returns false when the command line asked for --help or --version, which is printed
// then. Throws UsageError, and what the checks of options and the reader of the configuration file throw.
bool parse(Command& program, int argc, char** argv, bool needs_subcommand);

}  // namespace weft::programs
