// --report and --picture, which subcommands share.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/models/report/report.h>

#include <string>
#include <vector>

namespace weft::programs {

// What a subcommand was told about pictures.
struct ReportOption {
  std::string path, date;
  bool picture = false;
  const Command* command = nullptr;

  bool wanted() const { return !path.empty(); }
};

// For a subcommand that always draws in the terminal.
void add_report_alone(Command& command, ReportOption& option, const std::string& what);

void add_report(Command& command, ReportOption& option, const std::string& what);

// How pictures on standard output are drawn: as wide as the terminal, coloured there unless NO_COLOR is set.
report::TerminalStyle output_style();

// Prints the learning curves: the first, and every one that has dev scores.
void print_curves(const std::vector<report::LineChart>& curves);

// The names, without folders, of the files that an option was given.
std::string file_names(const Command& command, const std::string& name);

// A report with what the command line says: title, date, options with their values, command and environment.
report::Report begin_report(const ReportOption& option);

}  // namespace weft::programs
