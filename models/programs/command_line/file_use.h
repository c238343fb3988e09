// Checks that no output of a run destroys an input or another output.
//
// An option that names a file says what it does with the file: command.option(..).reads_file(). Before anything is read or
// written, run() compares all files of a run, including standard input and output, and opens the inputs.
#pragma once

#include <weft/models/programs/command_line/command.h>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::programs {

// An output file, and the option that gave the beginning of its name.
struct Written {
  std::string path, option;
  Output output = Output::file;
};

// Throws IoError if a file that an option or `more` names as an output is also an input or another output. Files are compared by
// device and inode, and those that do not exist yet by folder and name, after following links. Standard input, output and error
// count too if they are regular files. Also throws IoError if a file cannot be written, and ValueError if two inputs are standard
// input or the same pipe.
void check_files(const Command& program, const std::vector<Written>& more = {});

// Returns how many options read standard input.
std::int64_t standard_inputs(const Command& program);
// Throws ValueError if an option reads standard input, for a subcommand that reads it itself.
void check_standard_input_is_free(const Command& program);

// Throws IoError if an input cannot be opened or is not a file, FormatError if it is empty but must not be. Pipes are not opened,
// because they can be read only once.
void check_inputs(const Command& program);

// Whether standard error is a file that is also an input, so that nothing may be written to it.
bool errors_would_damage_input(const Command& program);

// If standard input, output or error is closed, opens a descriptor in its place that can be neither read nor written, so that no
// file of the run gets its number.
void reserve_standard_streams();

}  // namespace weft::programs
