#include <weft/models/programs/command_line/command.h>

#include <algorithm>

namespace weft::programs {

Command::Command(std::string name, std::string help, Command* parent)
    : name_(std::move(name)), help_(std::move(help)), parent_(parent) {
  option("--help", static_cast<bool*>(nullptr), "").role_ = Option::Role::help;
}

Command& Command::subcommand(std::string_view name, std::string_view help) {
  return subcommands_.emplace_back(std::string(name), std::string(help), this);
}

Option& Command::option(std::string_view name, Option::Target target, std::string_view help) {
  return options_.emplace_back(name, std::move(target), help, group_);
}

Option& Command::flag(std::string_view name, bool* value, std::string_view help) { return option(name, value, help); }

Option& Command::flag(std::string_view name, std::string_view negative, bool* value, std::string_view help) {
  return option(std::string(name) + ",!" + std::string(negative), value, help);
}

Option& Command::version(std::string_view text) {
  version_ = text;
  Option& added = flag("--version", nullptr, "print the version and exit");
  added.role_ = Option::Role::version;
  return added;
}

Option& Command::config(std::string_view name, std::function<std::vector<ConfigValue>(const std::string& path)> read,
                        std::string_view help) {
  read_config_ = std::move(read);
  Option& added = option(name, std::function<void(const std::string&)>(), help);
  added.role_ = Option::Role::config;
  return added;
}

Command* Command::find_subcommand(std::string_view name) {
  const auto found = std::ranges::find(subcommands_, name, &Command::name);
  return found == subcommands_.end() ? nullptr : &*found;
}

const Option* Command::find(std::string_view name) const {
  auto is_called = [&](const Option& option) {
    return option.name() == name ||
           std::ranges::any_of(option.long_names(), [&](const std::string& each) { return "--" + each == name; });
  };
  const auto found = std::ranges::find_if(options_, is_called);
  return found == options_.end() ? nullptr : &*found;
}

Option* Command::find(std::string_view name) { return const_cast<Option*>(std::as_const(*this).find(name)); }

bool Command::is_given(std::string_view option) const {
  const Option* found = find(option);
  return found && found->is_given();
}

}  // namespace weft::programs
