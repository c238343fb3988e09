#include <weft/models/io/decimal.h>
#include <weft/models/io/utf8.h>
#include <weft/models/options/option_error.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/base/suggestion.h>

#include <fcntl.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace weft::programs {

namespace {

std::string line_of(const std::string& path, const toml::source_region& source) {
  return path + ":" + std::to_string(source.begin.line) + ": ";
}

// Reads the whole file, because toml++ seeks in files, which is impossible in a pipe.
std::string content_of(text::ByteStream& input, const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 24;
  std::string content, buffer(std::size_t{1} << 16, '\0');
  while (const std::size_t count = input.read(buffer)) {
    content.append(buffer, 0, count);
    require<FormatError>(content.size() <= kMost, path, ":1: a configuration is longer than ", kMost >> 20, " MiB");
  }
  return content;
}

toml::table parse(const std::string& content, const std::string& path) {
  try {
    return toml::parse(content, path);
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    throw FormatError(path + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " +
                      std::string(error.description()));
  }
}

// Returns the value as it would be written on the command line.
std::string argument(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_floating_point()) return text::decimal(number->get());
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  PlainText text;  // for booleans and dates
  value.visit([&](const auto& plain) {
    if constexpr (toml::is_value<decltype(plain)>) text << plain;
  });
  return text.str();
}

std::vector<std::string> arguments(const toml::node& value, const std::string& place) {
  const toml::array* list = value.as_array();
  if (!list) return {argument(value)};
  std::vector<std::string> all;
  for (const toml::node& each : *list) {
    require<FormatError>(each.is_value(), place, "the value of an option cannot be a list of lists or of tables");
    all.push_back(argument(each));
  }
  return all;
}

std::vector<ConfigValue> values_of_section(Command& command, const toml::table& section, const std::string& path) {
  std::vector<ConfigValue> values;
  std::map<const Option*, std::string> seen;
  for (const auto& [key, value] : section) {
    const std::string name(key.str()), full_name = command.name() + "." + name, place = line_of(path, key.source());
    Option* option = command.find("--" + name);
    require<FormatError>(option, place, "no option is called ", full_name, did_you_mean(name, option_names(command, "")));
    require<FormatError>(option->is_configurable(), place, full_name, " is allowed only on the command line");
    require<FormatError>(!value.is_table(), place, full_name, " is an option, not a section");
    const auto [first, is_new] = seen.emplace(option, name);
    require<FormatError>(is_new, place, name, " and ", first->second, " are the same option, which may be given only once");
    if (!option->is_given()) option->place(place);
    values.push_back({&command, name, arguments(value, place)});
  }
  return values;
}

// Returns the one spelling of a number, or nothing if TOML cannot represent it, such as one above 2^63.
std::optional<std::string> as_number(const std::string& text, const std::string& type) {
  const char *begin = text.data(), *end = begin + text.size();
  if (type.starts_with("FLOAT")) {
    double number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && stop == end) return text::decimal(number);
  } else if (type.starts_with("INT") || type.starts_with("UINT")) {
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && stop == end) return std::to_string(number);
  }
  return std::nullopt;
}

std::string value_of(const Option& option, const std::string& text) {
  if (const auto number = as_number(text, option.type())) return *number;
  require_option(text::is_valid_utf8(text), OptionName{option.name()},
                 " is not UTF-8, as configurations are: ", text::repair_utf8(text).text);
  PlainText quoted;
  quoted << toml::toml_formatter(toml::value<std::string>(text), toml::format_flags::allow_unicode_strings);
  return quoted.str();
}

std::string value_of(const Option& option, const std::vector<std::string>& texts) {
  if (texts.size() == 1) return value_of(option, texts[0]);
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + value_of(option, text);
  return "[" + list + "]";
}

// A pipe that was read. While both its ends are open here, a process that opens it for reading does not wait for another writer.
struct OpenPipe {
  explicit OpenPipe(const std::string& path) : descriptor(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {}
  OpenPipe(const OpenPipe&) = delete;
  OpenPipe& operator=(const OpenPipe&) = delete;
  ~OpenPipe() {
    if (descriptor >= 0) close(descriptor);
  }
  int descriptor;
};

// A configuration file.
class TomlConfig {
 public:
  TomlConfig(Command& program, std::chrono::milliseconds pipe_wait) : program_(program), pipe_wait_(pipe_wait) {}

  // Reads the file, which may be a pipe, see text::open_bytes(). Returns an error message for an invalid path, otherwise "".
  // Throws IoError, and FormatError for a file that is too long.
  std::string check(const std::string& path);
  // Returns the values in the file, and sets the places of options that the command line does not contain. Throws FormatError
  // with the file's name and line, and also the column if the file is not TOML. An unknown section or option, and an option that
  // is given twice, are errors too.
  std::vector<ConfigValue> values(const std::string& path);

 private:
  Command& program_;
  std::chrono::milliseconds pipe_wait_;
  std::shared_ptr<OpenPipe> pipe_;
  std::optional<std::string> content_;  // of the file, after it was read
};

std::string TomlConfig::check(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return "File does not exist: " + path;
  if (std::filesystem::is_directory(status)) return "File is actually a directory: " + path;
  if (content_) return "";  // an option is checked again after the file was read, and a pipe gives its content once
  content_ = content_of(*text::open_bytes(path, pipe_wait_), path);
  if (std::filesystem::is_fifo(status)) pipe_ = std::make_shared<OpenPipe>(path);
  return "";
}

std::vector<ConfigValue> TomlConfig::values(const std::string& path) {
  check(path);
  pipe_.reset();
  const toml::table file = parse(*content_, path);
  std::vector<ConfigValue> values;
  for (const auto& [key, value] : file) {
    const std::string name(key.str()), place = line_of(path, key.source());
    Command* command = program_.find_subcommand(name);
    require<FormatError>(value.is_table() || !command, place, name, " must be a single section, [", name, "]");
    require<FormatError>(value.is_table(), place, "no option is called ", name, "; options belong in sections, such as [",
                         program_.subcommands().front().name(), "]");
    require<FormatError>(command, place, program_.name(), " has no subcommand for the section [", name, "]");
    std::ranges::move(values_of_section(*command, *value.as_table(), path), std::back_inserter(values));
  }
  return values;
}

// Returns the option's value, given or by default, as in TOML; "" if it has none or is a flag that is not set.
std::string toml_value(const Option& option) {
  if (option.is_flag()) return option.is_on() ? "true" : option.default_text().empty() ? "" : "false";
  if (option.is_given()) return value_of(option, option.given());
  return option.default_text().empty() ? "" : value_of(option, option.default_text());
}

}  // namespace

void add_config(Command& program, std::chrono::milliseconds pipe_wait) {
  const auto config = std::make_shared<TomlConfig>(program, pipe_wait);
  program
      .config(
          "--config", [config](const std::string& path) { return config->values(path); },
          "TOML file with options, such as epochs = 20 in the section [train]; the command line takes precedence")
      .reads_file(Input::maybe_empty)
      .check([config](const std::string& path) { return config->check(path); });
}

Metadata effective_options(const Command& command, const std::function<bool(const Option&)>& wanted) {
  Metadata options;
  for (const Option& option : command.options()) {
    if (!option.is_configurable() || !wanted(option)) continue;
    const std::string value = toml_value(option);
    if (!value.empty()) options[option.name()] = value;
  }
  return options;
}

Metadata shaping_options(const Command& command) {
  return effective_options(command,
                           [](const Option& option) { return option.group() != kDataGroup && option.group() != kRunGroup; });
}

Metadata absent_options(const Command& command) {
  Metadata absent;
  for (const Option& option : command.options())
    if (!option.absent().empty()) absent[option.name()] = option.is_flag() ? option.absent() : value_of(option, option.absent());
  return absent;
}

std::string to_toml(const std::string& section, const Metadata& options) {
  std::string text = "[" + section + "]\n";
  for (const auto& [name, value] : options) text += name.substr(2) + " = " + value + "\n";
  return text;
}

}  // namespace weft::programs
