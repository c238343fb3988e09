#include <weft/models/programs/command_line/program_messages.h>

namespace weft::programs {

namespace {

// Returns the option with this name in the library or on the command line, or nullptr.
const Option* named(const Command& program, const std::string& name) {
  for (const Command& command : program.subcommands()) {
    if (!command.is_given()) continue;
    if (const Option* option = command.find(name)) return option;
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
