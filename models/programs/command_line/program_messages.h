// Error messages with the names that options have on the command line.
#pragma once

#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command.h>

#include <string>
#include <vector>

namespace weft::programs {

// Returns the error's message with the options' names on the command line: --learning-rate for learning_rate. If one of these
// options was given in a configuration file, the message begins with the file's name and line.
std::string program_message(const Command& program, const OptionError& error);

// Returns "--seed" and all other options of the program and of the given subcommand, with `dashes` before their names.
std::vector<std::string> option_names(const Command& program, const std::string& dashes = "--");

}  // namespace weft::programs
