#include <weft/models/programs/command_line/program_messages.h>

#include <algorithm>
#include <cctype>

namespace weft::programs {

namespace {

bool is_in_names(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }

// Where the name stands in the message, with blanks or marks around it. What stands in quotes or in a path is somebody's value.
std::size_t find_name(const std::string& message, const std::string& name) {
  for (std::size_t at = message.find(name); at != std::string::npos; at = message.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || message[at - 1] == ' ';
    const bool ends = end == message.size() || !(is_in_names(message[end]) || message[end] == '.' || message[end] == '/');
    const bool quoted = std::count(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(at), '"') % 2 == 1;
    if (begins && ends && !quoted) return at;
  }
  return std::string::npos;
}

}  // namespace

std::string program_message(const Command& program, std::string message) {
  std::string place;
  std::size_t first = std::string::npos;
  auto look_for = [&](const Option& option, const std::string& name) {
    const std::size_t at = find_name(message, name);
    if (at < first && !option.place().empty()) place = option.place(), first = at;
  };
  auto each_name = [&](auto visit) {
    for (const Command& command : program.subcommands()) {
      if (!command.is_given()) continue;
      for (const Option& option : command.options())
        for (const std::string& name : option.long_names())
          if (name != command.name()) visit(option, name);
    }
  };
  each_name([&](const Option& option, const std::string& name) {
    std::string library = name;
    std::replace(library.begin(), library.end(), '-', '_');
    for (std::size_t at; library != name && (at = find_name(message, library)) != std::string::npos;)
      message.replace(at, library.size(), "--" + name);
    look_for(option, "--" + name);
  });
  // Names of one word are the library's too: "dropout: p is 1.5".
  if (place.empty()) each_name(look_for);
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
