// The options --report and --picture.
#pragma once

#include <weft/models/programs/command_line/command.h>
#include <weft/models/report/report.h>

#include <string>
#include <vector>

namespace weft::programs {

// The values of --report, --report-date and --picture.
struct ReportOption {
  std::string path, date;
  bool picture = false;
  const Command* command = nullptr;

  bool wanted() const { return !path.empty(); }
};

// Adds --report and --report-date, for a subcommand that always draws in the terminal.
void add_report_alone(Command& command, ReportOption& option, const std::string& what);

void add_report(Command& command, ReportOption& option, const std::string& what);

// Returns the style of pictures on standard output: on a terminal they are as wide as it is, and coloured unless NO_COLOR is set.
report::TerminalStyle output_style();

// Prints the first learning curve and every other one that has dev scores.
void print_curves(const std::vector<report::LineChart>& curves);

// Returns the names, without folders, of the files that were given for an option.
std::string file_names(const Command& command, const std::string& name);

// Returns a report that contains title, date, options with their values, command line and environment.
report::Report begin_report(const ReportOption& option);

}  // namespace weft::programs
