// The options of a subcommand as they took effect: for model files, checkpoints and configuration files.
#pragma once

#include <weft/models/model_file.h>
#include <weft/models/programs/command_line.h>
#include <weft/tensor/files/atomic_file.h>

namespace weft::programs {

// A value of TOML: numbers and truths as they are, all else as a string.
inline std::string toml_value(const std::string& text) {
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if ((error == std::errc() && end == text.data() + text.size()) || text == "true" || text == "false") return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

inline std::string toml_value(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + toml_value(text);
  return texts.size() == 1 ? list : "[" + list + "]";
}

// "--epochs" -> "20", as TOML writes it, for every option that has a value, given or by default, and that `wanted` says yes to.
template <class Wanted>
Metadata effective_options(const CLI::App& command, Wanted wanted) {
  Metadata options;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option->get_name() == "--help" || !wanted(*option)) continue;
    const bool off = option->results() == std::vector<std::string>{"false"} && option->get_default_str().empty();
    if (off) continue;  // a flag that is not set
    if (option->count() > 0)
      options[option->get_name()] = toml_value(option->results());
    else if (!option->get_default_str().empty())
      options[option->get_name()] = toml_value(option->get_default_str());
  }
  return options;
}

// The options that shape what comes out.
inline Metadata shaping_options(const CLI::App& command) {
  return effective_options(
      command, [](const CLI::Option& option) { return option.get_group() != kDataGroup && option.get_group() != kRunGroup; });
}

// A configuration file: "[train]" and a line "epochs = 20" for each option.
inline std::string to_toml(const std::string& section, const Metadata& options) {
  std::string text = "[" + section + "]\n";
  for (const auto& [name, value] : options) text += name.substr(2) + " = " + value + "\n";
  return text;
}

}  // namespace weft::programs
