// What options do with the files that they name, and the rule that no output destroys an input or another output.
//
// An option that names a file says here what it does with it: reads_file(command->add_option(..)). From that, run() compares all
// files of a run, standard input and output too, and opens the inputs, before anything is read or written.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace weft::programs {

enum class Input : std::uint8_t {
  data,         // "-" is standard input; pipes will do; an empty file is an error
  maybe_empty,  // the same, but an empty file says that there is nothing
  model         // a regular file that is not empty
};
enum class Output : std::uint8_t {
  file,         // takes a file's place once it is complete
  model,        // the same, and has its checkpoints beside it
  stream,       // is written as it comes: a pipe will do
  name_begins,  // the names of the files that are written begin so: the subcommand itself passes them to check_files()
  folder        // new files are put there
};

// Returns the option, whose type --help shows as FILE, OUTFILE or FOLDER.
CLI::Option* reads_file(CLI::Option* option, Input input = Input::data);
CLI::Option* writes_file(CLI::Option* option, Output output = Output::file);

// A file of a run that is written, and the option that named its beginning.
struct Written {
  std::string path, option;
  Output output = Output::file;
};

// Throws IoError when a file that is written, by an option or as one of `more`, is also read, or is written twice: by device and
// inode, or for files that are not there yet by folder and name, behind all links. Standard input counts as read, standard output
// and standard error as written, where they are regular files. Then throws IoError when a file cannot be written, and
// ValueError when two inputs are standard input, or one pipe.
void check_files(const CLI::App& app, const std::vector<Written>& more = {});

// Throws ValueError when an option reads standard input, which the subcommand itself reads.
void check_standard_input_is_free(const CLI::App& app);

// Throws IoError when a file that options read cannot be opened or is no file, FormatError when it is empty and should not be.
// Pipes are not opened: what they have can be read once.
void check_inputs(const CLI::App& app);

// Whether standard error goes to a file that is read: then nothing may be written there.
bool errors_would_damage_input(const CLI::App& app);

// Gives standard input, output and error, where they are closed, a descriptor that can neither be read nor written, so that no
// file of the run gets its number.
void reserve_standard_streams();

}  // namespace weft::programs
