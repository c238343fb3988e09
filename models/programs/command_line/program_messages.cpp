#include <weft/models/programs/command_line/program_messages.h>

#include <algorithm>

namespace weft::programs {

namespace {

// Returns the option that an error names, or nullptr. The name can be that of the command line or that of the library. The former
// takes precedence: "schedule" means --schedule, although the library also uses that name for --teacher-forcing-schedule.
const Option* named(const Command& program, const std::string& name) {
  for (const Command& command : program.subcommands()) {
    if (!command.is_given()) continue;
    std::string dashed = name.starts_with("--") ? name : "--" + name;
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    if (const Option* option = command.find(dashed)) return option;
    for (const Option& option : command.options())
      if (option.library_name() == name) return &option;
  }
  return nullptr;
}

}  // namespace

std::string program_message(const Command& program, const OptionError& error) {
  std::string place;  // of the first option that was given in a configuration file
  const std::string message = error.message([&](const std::string& name) {
    const Option* option = named(program, name);
    if (!option) return name;
    if (place.empty()) place = option->place();
    return name.starts_with("--") ? name : option->name();
  });
  return place + message;
}

std::vector<std::string> option_names(const Command& program, const std::string& dashes) {
  std::vector<std::string> names;
  each_given(program, [&](const Command& command) {
    for (const Option& option : command.options())
      for (const std::string& name : option.long_names()) names.push_back(dashes + name);
  });
  return names;
}

}  // namespace weft::programs
