#include <weft/models/programs/command_line/report_option.h>
#include <weft/models/report/environment.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace weft::programs {

void add_report_alone(Command& command, ReportOption& option, const std::string& what) {
  InGroup run(command, kRunGroup);
  option.command = &command;
  command.option("--report", &option.path, "write an HTML report to this file: " + what).writes_file();
  command.option("--report-date", &option.date, "date or any other line to show in the report").type("LINE");
}

void add_report(Command& command, ReportOption& option, const std::string& what) {
  add_report_alone(command, option, what);
  InGroup run(command, kRunGroup);
  command.flag("--picture", &option.picture, "also draw the report's charts in the terminal");
}

report::TerminalStyle output_style() {
  report::TerminalStyle style;
  if (!isatty(STDOUT_FILENO)) return style;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  const char* no_color = std::getenv("NO_COLOR");
  style.color = !no_color || !*no_color;
  return style;
}

void print_curves(const std::vector<report::LineChart>& curves) {
  for (std::size_t i = 0; i < curves.size(); ++i)
    if (i == 0 || curves[i].series.back().name == "dev") std::cout << '\n' << report::terminal_picture(curves[i], output_style());
}

std::string file_names(const Command& command, const std::string& name) {
  const Option* option = command.find(name);
  std::string names;
  if (option)
    for (const std::string& path : option->given())
      names += (names.empty() ? "" : ", ") + std::filesystem::path(path).filename().string();
  return names;
}

// Returns the part of the title after the command: the model and its training or test data.
static std::string title_end(const Command& command) {
  const std::string model = file_names(command, "--model"), train = file_names(command, "--train");
  std::string data = train.empty() ? file_names(command, "--test") : train;
  if (data.empty()) data = file_names(command, "--data");
  std::string end = model.empty() ? "" : ": " + model;
  if (!data.empty()) end += (end.empty() ? ": " : " ") + std::string(train.empty() ? "on " : "trained on ") + data;
  return end;
}

report::Report begin_report(const ReportOption& option) {
  const Command& command = *option.command;
  report::Report report;
  std::vector<std::string> words{command.name()};
  if (command.parent()) words.insert(words.begin(), command.parent()->name());
  for (const std::string& word : words) report.title += (report.title.empty() ? "" : " ") + word;
  report.title += title_end(command);
  report.date = option.date;
  for (const Option& each : command.options()) {
    if (each.is_question()) continue;
    const std::string& name = each.name();
    const bool given = each.is_given();
    if (each.is_flag()) {
      report.options.emplace_back(name, each.is_on() ? "true" : "false");
      if (given) words.push_back(each.is_on() ? name : name + "=false");
      continue;
    }
    std::string value = given ? "" : each.default_text();
    for (const std::string& part : each.given()) value += (value.empty() ? "" : " ") + part;
    report.options.emplace_back(name, value);
    if (!given) continue;
    words.push_back(name);
    words.insert(words.end(), each.given().begin(), each.given().end());
  }
  report.command_line = report::command_line(words);
  report.environment = report::environment();
  return report;
}

}  // namespace weft::programs
