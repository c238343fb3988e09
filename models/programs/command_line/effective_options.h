// The options of a subcommand as they took effect: for model files, checkpoints and configuration files.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/tensor/files/atomic_file.h>

#include <string>

namespace weft::programs {

// "--epochs" -> "20", as TOML writes it, for every option that has a value, given or by default, and that `wanted` says yes to.
template <class Wanted>
Metadata effective_options(const CLI::App& command, Wanted wanted) {
  Metadata options;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || !option->get_configurable() || !wanted(*option)) continue;
    const std::string value = toml_value(*option);
    if (!value.empty()) options[option->get_name()] = value;
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
