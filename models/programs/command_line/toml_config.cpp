#include <weft/models/io/decimal.h>
#include <weft/models/io/utf8.h>
#include <weft/models/programs/command_line/effective_options.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/models/programs/command_line/toml_config.h>
#include <weft/tensor/base/plain_text.h>
#include <weft/tensor/base/suggestion.h>

#include <fcntl.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

namespace weft::programs {

namespace {

std::string line_of(const std::string& path, const toml::source_region& source) {
  return path + ":" + std::to_string(source.begin.line) + ": ";
}

// toml++ wants to go back and forth in a file, which a pipe cannot.
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

// As it would stand on the command line.
std::string argument(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_floating_point()) return text::decimal(number->get());
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  PlainText text;  // truths and dates
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
    require<FormatError>(each.is_value(), place, "a list in a list, or a table in one, is no option's value");
    all.push_back(argument(each));
  }
  return all;
}

using Places = std::map<const CLI::Option*, std::string>;

void add_section(const CLI::App& command, const toml::table& section, const std::string& path,
                 std::vector<CLI::ConfigItem>& items, Places& places) {
  std::map<const CLI::Option*, std::string> seen;
  for (const auto& [key, value] : section) {
    const std::string name(key.str()), full_name = command.get_name() + "." + name, place = line_of(path, key.source());
    const CLI::Option* option = command.get_option_no_throw("--" + name);
    require<FormatError>(option, place, "no option is called ", full_name, did_you_mean(name, option_names(command, "")));
    require<FormatError>(option->get_configurable(), place, full_name, " is for the command line alone");
    require<FormatError>(!value.is_table(), place, full_name, " is an option, not a section");
    const auto [first, is_new] = seen.emplace(option, name);
    require<FormatError>(is_new, place, name, " and ", first->second, " are one option, which counts once");
    if (option->empty()) places[option] = place;
    items.push_back({{command.get_name()}, name, arguments(value, place)});
  }
}

// The same text for all ways to write a number; not for what TOML has no number for, such as those above 2^63.
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

std::string value_of(const CLI::Option& option, const std::string& text) {
  if (const auto number = as_number(text, option.get_type_name())) return *number;
  require<ValueError>(text::is_valid_utf8(text), option.get_name(),
                      " is not UTF-8, as configurations are: ", text::repair_utf8(text).text);
  PlainText quoted;
  quoted << toml::toml_formatter(toml::value<std::string>(text), toml::format_flags::allow_unicode_strings);
  return quoted.str();
}

std::string value_of(const CLI::Option& option, const std::vector<std::string>& texts) {
  if (texts.size() == 1) return value_of(option, texts[0]);
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + value_of(option, text);
  return "[" + list + "]";
}

}  // namespace

// A pipe that was read: while both its ends are open here, no reader that opens it waits for another writer.
struct TomlConfig::OpenPipe {
  explicit OpenPipe(const std::string& path) : descriptor(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {}
  OpenPipe(const OpenPipe&) = delete;
  OpenPipe& operator=(const OpenPipe&) = delete;
  ~OpenPipe() {
    if (descriptor >= 0) close(descriptor);
  }
  int descriptor;
};

void TomlConfig::read(const std::string& path) const {
  if (content_) return;  // CLI11 checks the option again after it has read the file, and a pipe gives its content once
  content_ = content_of(*text::open_bytes(path, pipe_wait_), path);
  std::error_code error;
  if (std::filesystem::is_fifo(path, error)) pipe_ = std::make_shared<OpenPipe>(path);
}

std::vector<CLI::ConfigItem> TomlConfig::from_config(std::istream& /*input*/) const {
  const std::string path = app_.get_config_ptr()->as<std::string>();
  read(path);
  pipe_.reset();
  const toml::table file = parse(*content_, path);
  std::vector<CLI::ConfigItem> items;
  places_.clear();
  for (const auto& [key, value] : file) {
    const std::string name(key.str()), place = line_of(path, key.source());
    const auto commands = app_.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
    require<FormatError>(value.is_table() || commands.empty(), place, name, " is not one section, such as [", name, "]");
    require<FormatError>(value.is_table(), place, "no option is called ", name, "; options stand in sections, such as [",
                         app_.get_subcommands([](const CLI::App*) { return true; }).front()->get_name(), "]");
    require<FormatError>(!commands.empty(), place, app_.get_name(), " has no subcommand for the section [", name, "]");
    add_section(*commands.front(), *value.as_table(), path, items, places_);
  }
  return items;
}

std::string TomlConfig::place_of(const CLI::Option& option) const {
  const auto found = places_.find(&option);
  return found == places_.end() ? "" : found->second;
}

std::string TomlConfig::to_config(const CLI::App* app, bool defaults, bool /*descriptions*/, std::string /*prefix*/) const {
  std::string text;
  for (const CLI::App* command : app->get_subcommands())
    text +=
        to_toml(command->get_name(),
                effective_options(*command, [defaults](const CLI::Option& option) { return defaults || option.count() > 0; }));
  return text;
}

std::string toml_value(const CLI::Option& option) {
  if (is_flag(option)) return is_on(option) ? "true" : option.get_default_str().empty() ? "" : "false";
  if (option.count() > 0) return value_of(option, option.results());
  return option.get_default_str().empty() ? "" : value_of(option, option.get_default_str());
}

}  // namespace weft::programs
