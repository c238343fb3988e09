// The options of a subcommand as TOML: reads configuration files, with toml++, and writes the effective options for model files,
// checkpoints and configuration files.
#pragma once

#include <weft/models/io/byte_stream.h>
#include <weft/models/io/model_file.h>
#include <weft/models/programs/command_line/command.h>

#include <chrono>
#include <functional>
#include <string>

namespace weft::programs {

// Adds --config, a TOML file with a section for each subcommand, which contains values of its options: `[train]`, `epochs = 20`.
// Options with several values are lists. Options on the command line take precedence. The file may be a pipe, which must have a
// writer within `pipe_wait`; it is opened by text::open_bytes(). Errors in the file are FormatErrors with its name and the line,
// and also the column if it is not TOML. Unknown sections and options, and options that are given twice, are errors.
void add_config(Command& program, std::chrono::milliseconds pipe_wait = text::kPipeWait);

// Returns "--epochs" -> "20", as in TOML, for every option that `wanted` accepts and that has a value, given or by default. A
// number has one spelling however it was given: 1e-3 becomes 0.001. Throws ValueError for text that is not UTF-8.
Metadata effective_options(const Command& command, const std::function<bool(const Option&)>& wanted);

// Returns the options that affect the result.
Metadata shaping_options(const Command& command);

// Returns "--coverage" -> "false": the values that apply to a checkpoint that is older than these options.
Metadata absent_options(const Command& command);

// Returns a configuration file with the section "[train]" and a line "epochs = 20" for each option.
std::string to_toml(const std::string& section, const Metadata& options);

}  // namespace weft::programs
