// Errors in the words of a program's user.
#pragma once

#include <weft/models/programs/command_line/command.h>

#include <string>
#include <vector>

namespace weft::programs {

// The message of a library, whose options are called learning_rate, with the names that the program's subcommand has for them,
// --learning-rate. Where it names an option that stands in the configuration file, it begins with the file's name and line.
std::string program_message(const Command& program, std::string message);

// "--seed" and all other options of the program and of the subcommand that was given; with other dashes or none.
std::vector<std::string> option_names(const Command& program, const std::string& dashes = "--");

}  // namespace weft::programs
