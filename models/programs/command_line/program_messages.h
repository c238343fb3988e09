// Errors in the words of a program's user.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace weft::programs {

// Knows which options a file gave.
class OptionPlaces {
 public:
  virtual ~OptionPlaces() = default;
  // "train.toml:3: ", or "" for an option that the command line or nobody gave.
  virtual std::string place_of(const CLI::Option& option) const = 0;
};

// The message of a library, whose options are called learning_rate, with the names that the program's subcommand has for them,
// --learning-rate. Where it names an option that stands in the configuration file, it begins with the file's name and line.
std::string program_message(const CLI::App& app, std::string message);

// "--seed" and all other options of the program and of the subcommand that was given; with other dashes or none.
std::vector<std::string> option_names(const CLI::App& app, const std::string& dashes = "--");

}  // namespace weft::programs
