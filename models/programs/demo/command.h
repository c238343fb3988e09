// The parts of the program demo.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/models/report/report.h>

#include <string>

namespace weft::programs {

void title(const std::string& text);

// Trains a translator with attention and one without, and shows alignments and BLEU by length of the source, which are also added
// to the report.
void show_translators(report::Report& report);

// Adds demo write, which writes generated data to files.
void add_write(Command& program);

}  // namespace weft::programs
