// Configuration files: options as TOML, read and written by toml++.
#pragma once

#include <weft/models/io/byte_stream.h>
#include <weft/models/programs/command_line/command_line.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weft::programs {

// A section for each subcommand, named as it is, and in it a value for each option: `[train]`, `epochs = 20`. Lists are options
// with several values.
class TomlConfig : public CLI::Config, public OptionPlaces {
 public:
  // Of `app`, whose option --config names the file. A named pipe may have no writer for so long.
  explicit TomlConfig(const CLI::App& app, std::chrono::milliseconds pipe_wait = text::kPipeWait)
      : app_(app), pipe_wait_(pipe_wait) {}

  // Reads the file, which may be a pipe, as data is read: see text::open_bytes(). To be called before CLI11 opens it. Throws
  // IoError, and FormatError for what is too long.
  void read(const std::string& path) const;
  // The options of the file that was read; CLI11's stream is not asked. Throws FormatError with the file's name and line, and
  // with the column when the file is not TOML. A section or option that the program does not have, and an option that is given
  // twice, are errors too.
  std::vector<CLI::ConfigItem> from_config(std::istream& /*input*/) const override;
  // The subcommands of the command line, with the options that were given or, with `defaults`, that have a value.
  std::string to_config(const CLI::App* app, bool defaults, bool /*descriptions*/, std::string /*prefix*/) const override;
  std::string place_of(const CLI::Option& option) const override;

 private:
  struct OpenPipe;
  mutable std::shared_ptr<OpenPipe> pipe_;
  mutable std::optional<std::string> content_;  // of the file, once it is read
  const CLI::App& app_;
  std::chrono::milliseconds pipe_wait_;
  mutable std::map<const CLI::Option*, std::string> places_;  // of the last file's options that the command line does not give
};

// Adds --config: a file of such sections. What stands on the command line goes before it.
inline void add_config(CLI::App& app, std::chrono::milliseconds pipe_wait = text::kPipeWait) {
  const auto config = std::make_shared<TomlConfig>(app, pipe_wait);
  reads_file(app.set_config("--config", "", "TOML file with options: [train], epochs = 20; the command line goes before it"),
             Input::maybe_empty)
      ->check(CLI::Validator(CLI::ExistingFile).description(""))
      ->check(CLI::Validator(
          [config](const std::string& path) {
            config->read(path);
            return std::string();
          },
          ""));
  app.config_formatter(config);
  for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
}

// The value that an option has, given or by default, as a line of TOML has it; "" when it has none or is a flag that is not set.
// from_config() reads it as the same text. Numbers are written in one way however they were given: 1e-3 is 0.001. Throws
// ValueError for text that is not UTF-8.
std::string toml_value(const CLI::Option& option);

}  // namespace weft::programs
