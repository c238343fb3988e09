#include <weft/models/programs/program_messages.h>

#include <algorithm>
#include <cctype>

namespace weft::programs {

namespace {

bool is_in_names(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }

// Where the name stands in the message, with blanks or marks around it; names in quotes and in paths are somebody's values.
std::size_t find_name(const std::string& message, const std::string& name, std::size_t from = 0) {
  for (std::size_t at; (at = message.find(name, from)) != std::string::npos; from = at + 1) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || message[at - 1] == ' ';
    const bool ends = end == message.size() || !(is_in_names(message[end]) || message[end] == '.' || message[end] == '/');
    if (begins && ends) return at;
  }
  return std::string::npos;
}

}  // namespace

std::string program_message(const CLI::App& app, std::string message) {
  const auto* places = dynamic_cast<const OptionPlaces*>(app.get_config_formatter().get());
  std::string place;
  std::size_t first = std::string::npos;
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        std::string library = name;
        std::replace(library.begin(), library.end(), '-', '_');
        const std::string own = "--" + name;
        for (std::size_t at; library != name && (at = find_name(message, library)) != std::string::npos;)
          message.replace(at, library.size(), own);
        const std::size_t at = find_name(message, own);
        const std::string found = places && at < first ? places->place_of(*option) : "";
        if (!found.empty()) place = found, first = at;
      }
    }
  }
  return place + message;
}

}  // namespace weft::programs
