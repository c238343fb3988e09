// What options do with the files that they name, and the rule that no output destroys an input or another output.
//
// An option that names a file says what it does with it: command.option(..).reads_file(). From that, run() compares all files of
// a run, standard input and output too, and opens the inputs, before anything is read or written.
#pragma once

#include <weft/models/programs/command_line/command.h>

#include <string>
#include <vector>

namespace weft::programs {

// A file of a run that is written, and the option that named its beginning.
struct Written {
  std::string path, option;
  Output output = Output::file;
};

// Throws IoError when a file that is written, by an option or as one of `more`, is also read, or is written twice: by device and
// inode, or for files that are not there yet by folder and name, behind all links. Standard input counts as read, standard output
// and standard error as written, where they are regular files. Then throws IoError when a file cannot be written, and
// ValueError when two inputs are standard input, or one pipe.
void check_files(const Command& program, const std::vector<Written>& more = {});

// Throws ValueError when an option reads standard input, which the subcommand itself reads.
void check_standard_input_is_free(const Command& program);

// Throws IoError when a file that options read cannot be opened or is no file, FormatError when it is empty and should not be.
// Pipes are not opened: what they have can be read once.
void check_inputs(const Command& program);

// Whether standard error goes to a file that is read: then nothing may be written there.
bool errors_would_damage_input(const Command& program);

// Gives standard input, output and error, where they are closed, a descriptor that can neither be read nor written, so that no
// file of the run gets its number.
void reserve_standard_streams();

}  // namespace weft::programs
