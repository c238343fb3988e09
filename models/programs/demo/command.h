// The subcommand of demo.
#pragma once

#include <weft/models/programs/command_line/command.h>

namespace weft::programs {

// demo write: generated data as files.
void add_write(Command& program);

}  // namespace weft::programs
