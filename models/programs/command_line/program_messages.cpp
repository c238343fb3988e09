#include <weft/models/programs/command_line/program_messages.h>

#include <algorithm>

namespace weft::programs {

namespace {

// Returns the option that an error names as the command line or the library calls it, or nullptr. A name of the command line
// comes first: "schedule" is --schedule, not --teacher-forcing-schedule, which the library calls so too.
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
