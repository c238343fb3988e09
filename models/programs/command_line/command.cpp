#include <weft/models/programs/command_line/command.h>

#include <algorithm>

namespace weft::programs {

Command::Command(std::string name, std::string help, Command* parent)
    : name_(std::move(name)), help_(std::move(help)), parent_(parent) {
  option("--help", static_cast<bool*>(nullptr), "").role_ = Option::Role::help;
}

Command& Command::subcommand(const std::string& name, const std::string& help) {
  return subcommands_.emplace_back(name, help, this);
}

Option& Command::option(const std::string& name, Option::Target target, const std::string& help) {
  return options_.emplace_back(name, std::move(target), help, group_);
}

Option& Command::flag(const std::string& name, bool* value, const std::string& help) { return option(name, value, help); }

Option& Command::flag(const std::string& name, const std::string& negative, bool* value, const std::string& help) {
  return option(name + ",!" + negative, value, help);
}

Option& Command::version(const std::string& text) {
  version_ = text;
  Option& added = flag("--version", nullptr, "print the version and exit");
  added.role_ = Option::Role::version;
  return added;
}

Option& Command::config(const std::string& name, std::function<std::vector<ConfigValue>(const std::string& path)> read,
                        const std::string& help) {
  read_config_ = std::move(read);
  Option& added = option(name, std::function<void(const std::string&)>(), help);
  added.role_ = Option::Role::config;
  return added;
}

Command* Command::find_subcommand(const std::string& name) {
  const auto found = std::ranges::find(subcommands_, name, &Command::name);
  return found == subcommands_.end() ? nullptr : &*found;
}

const Option* Command::find(const std::string& name) const {
  auto is_called = [&](const Option& option) {
    return option.name() == name ||
           std::ranges::any_of(option.long_names(), [&](const std::string& each) { return "--" + each == name; });
  };
  const auto found = std::ranges::find_if(options_, is_called);
  return found == options_.end() ? nullptr : &*found;
}

Option* Command::find(const std::string& name) { return const_cast<Option*>(std::as_const(*this).find(name)); }

bool Command::is_given(const std::string& option) const {
  const Option* found = find(option);
  return found && found->is_given();
}

}  // namespace weft::programs
