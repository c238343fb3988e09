// The options of a subcommand as TOML: configuration files, which toml++ reads, and options as they took effect, for model files,
// checkpoints and configuration files.
#pragma once

#include <weft/models/io/byte_stream.h>
#include <weft/models/io/model_file.h>
#include <weft/models/programs/command_line/command.h>

#include <chrono>
#include <functional>
#include <string>

namespace weft::programs {

// Adds --config, a file with a section for each subcommand, named as it is, and in it a value for each option: `[train]`,
// `epochs = 20`. Lists are options with several values. Options on the command line take precedence. The file may be a pipe,
// which may have no writer for so long, and is read as data is read: see text::open_bytes(). An error in it is a FormatError with
// the file's name and line, and with the column when the file is not TOML. A section or option that the program does not have,
// and an option that is given twice, are errors too.
void add_config(Command& program, std::chrono::milliseconds pipe_wait = text::kPipeWait);

// "--epochs" -> "20", as TOML writes it, for every option that has a value, given or by default, and that `wanted` says yes to.
// Numbers are written in one way however they were given: 1e-3 is 0.001. Throws ValueError for text that is not UTF-8.
Metadata effective_options(const Command& command, const std::function<bool(const Option&)>& wanted);

// The options that shape what comes out.
Metadata shaping_options(const Command& command);

// "--coverage" -> "false": what a checkpoint means that lacks an option, for options that are younger than some checkpoints.
Metadata absent_options(const Command& command);

// A configuration file: "[train]" and a line "epochs = 20" for each option. It is read as the same options.
std::string to_toml(const std::string& section, const Metadata& options);

}  // namespace weft::programs
