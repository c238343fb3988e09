// Errors in the words of a program's user.
#pragma once

#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/command.h>

#include <string>
#include <vector>

namespace weft::programs {

// The message of an error, with the names that the program's subcommand has for options: --learning-rate for learning_rate. If a
// configuration file gives one of these options, the message begins with the file's name and line.
std::string program_message(const Command& program, const OptionError& error);

// "--seed" and all other options of the program and of the subcommand that was given; with other dashes or none.
std::vector<std::string> option_names(const Command& program, const std::string& dashes = "--");

}  // namespace weft::programs
