// The subcommand of demo.
#pragma once

#include <weft/models/programs/command_line/command_line.h>

namespace weft::programs {

// demo write: generated data as files.
void add_write(CLI::App& app);

}  // namespace weft::programs
