// What the subcommands of classify share.
#pragma once

#include <weft/models/programs/data_options.h>

namespace weft::programs {

void add_train(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_predict(CLI::App& app);

}  // namespace weft::programs
