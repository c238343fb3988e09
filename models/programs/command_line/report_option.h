// --report and --picture, which subcommands share.
#pragma once

#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/report/report.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace weft::programs {

// What a subcommand was told about pictures.
struct ReportOption {
  std::string path, date;
  bool picture = false;
  CLI::App* command = nullptr;

  bool wanted() const { return !path.empty(); }
};

// For a subcommand that always draws in the terminal.
inline void add_report_alone(CLI::App* command, ReportOption& option, const std::string& what) {
  InGroup run(command, kRunGroup);
  option.command = command;
  writes_file(command->add_option("--report", option.path, "HTML file to write: " + what));
  command->add_option("--report-date", option.date, "date or other line that the report shows; it has none of its own")
      ->type_name("LINE");
}

inline void add_report(CLI::App* command, ReportOption& option, const std::string& what) {
  add_report_alone(command, option, what);
  InGroup run(command, kRunGroup);
  command->add_flag("--picture", option.picture, "draw it in the terminal too");
}

// How pictures on standard output are drawn: as wide as the terminal, coloured there unless NO_COLOR is set.
inline report::TerminalStyle output_style() {
  report::TerminalStyle style;
  if (!isatty(STDOUT_FILENO)) return style;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  const char* no_color = std::getenv("NO_COLOR");
  style.color = !no_color || !*no_color;
  return style;
}

// What dev data is scored by: the loss and the metrics.
inline void print_curves(const std::vector<report::LineChart>& curves) {
  for (std::size_t i = 0; i < curves.size(); ++i)
    if (i == 0 || curves[i].series.back().name == "dev") std::cout << '\n' << report::terminal_picture(curves[i], output_style());
}

// The names, without folders, of the files that an option was given.
inline std::string file_names(const CLI::App& command, const std::string& name) {
  const CLI::Option* option = command.get_option_no_throw(name);
  std::string names;
  if (option)
    for (const std::string& path : option->results())
      names += (names.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
  return names;
}

// What the title says behind the command: which model, and the data that trained or tested it.
inline std::string title_end(const CLI::App& command) {
  const std::string model = file_names(command, "--model"), train = file_names(command, "--train");
  std::string data = train.empty() ? file_names(command, "--test") : train;
  if (data.empty()) data = file_names(command, "--data");
  std::string end = model.empty() ? "" : ": " + model;
  if (!data.empty()) end += (end.empty() ? ": " : " ") + std::string(train.empty() ? "on " : "trained on ") + data;
  return end;
}

// A report with what the command line says: title, date, options with their values, command and environment.
inline report::Report begin_report(const ReportOption& option) {
  const CLI::App& command = *option.command;
  report::Report report;
  std::vector<std::string> words{command.get_name()};
  if (command.get_parent()) words.insert(words.begin(), command.get_parent()->get_name());
  for (const std::string& word : words) report.title += (report.title.empty() ? "" : " ") + word;
  report.title += title_end(command);
  report.date = option.date;
  for (const CLI::Option* each : command.get_options()) {
    const std::string name = each->get_name();
    if (name == "--help") continue;
    const bool given = each->count() > 0;
    if (is_flag(*each)) {
      report.options.emplace_back(name, is_on(*each) ? "true" : "false");
      if (given) words.push_back(is_on(*each) ? name : name + "=false");
      continue;
    }
    std::string value = given ? "" : each->get_default_str();
    for (const std::string& part : each->results()) value += (value.empty() ? "" : " ") + part;
    report.options.emplace_back(name, value);
    if (!given) continue;
    words.push_back(name);
    words.insert(words.end(), each->results().begin(), each->results().end());
  }
  report.command_line = report::command_line(words);
  report.environment = report::environment();
  return report;
}

}  // namespace weft::programs
