// Programs and their subcommands: the options that each has, and what it does.
#pragma once

#include <weft/models/options/option_field.h>
#include <weft/models/programs/command_line/option.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::programs {

class Command;

// Upper limit of counts without a natural end, which catches slips of the keyboard.
inline constexpr std::uint64_t kMany = 1'000'000'000;

// A value that a configuration file has for an option of a subcommand.
struct ConfigValue {
  const Command* command = nullptr;
  std::string name;  // of the option, without dashes
  std::vector<std::string> values;
};

// A program or one of its subcommands. Options and subcommands stay where they are, so that references to them are good as long
// as the program is.
class Command {
 public:
  Command(std::string name, std::string help, Command* parent = nullptr);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command& subcommand(std::string_view name, std::string_view help);
  Option& option(std::string_view name, Option::Target target, std::string_view help);
  // An option of the library, by its description: names, range, help and default.
  Option& option(const OptionField& field);
  // All of them that command lines have, in their order.
  void options(const OptionFields& fields);
  Option& flag(std::string_view name, bool* value, std::string_view help);
  // With a second name that turns it off.
  Option& flag(std::string_view name, std::string_view negative, bool* value, std::string_view help);
  Option& version(std::string_view text);  // --version, which prints the text
  // The option that names a configuration file. read() gets its path once the command line was parsed, and what the command line
  // gives takes precedence over the values that it returns. Subcommands have the option too.
  Option& config(std::string_view name, std::function<std::vector<ConfigValue>(const std::string& path)> read,
                 std::string_view help);
  void action(std::function<void()> action) { action_ = std::move(action); }
  // Runs the subcommand's action, if it has one.
  void act() const {
    if (action_) action_();
  }

  const std::string& name() const { return name_; }
  const Command* parent() const { return parent_; }
  const std::list<Option>& options() const { return options_; }
  const std::list<Command>& subcommands() const { return subcommands_; }
  // Whether the command line has the subcommand.
  bool is_given() const { return given_; }
  Command* find_subcommand(std::string_view name);
  // nullptr when there is none of that name, "--other-name" included.
  Option* find(std::string_view name);
  const Option* find(std::string_view name) const;
  // Whether there is an option of that name, and it is given.
  bool is_given(std::string_view option) const;

 private:
  friend class Parser;
  friend class InGroup;

  std::string name_, help_, group_ = "Options";
  Command* parent_;
  std::list<Option> options_;
  std::list<Command> subcommands_;
  std::function<void()> action_;
  std::string version_;
  std::function<std::vector<ConfigValue>(const std::string&)> read_config_;
  bool given_ = false;
};

// Visits the program and the subcommand that was given.
template <class Visit>
void each_given(const Command& program, Visit visit) {
  visit(program);
  for (const Command& command : program.subcommands())
    if (command.is_given()) visit(command);
}

// Groups of options in --help. What stands in them tells where data is and how a program is run, and is no part of what a model
// was made by.
inline constexpr const char *kDataGroup = "Data", *kRunGroup = "Running";

// While it lives, options that are added to the command belong to the group.
class InGroup {
 public:
  InGroup(Command& command, std::string_view group) : command_(command), before_(std::exchange(command.group_, group)) {}
  ~InGroup() { command_.group_ = before_; }
  InGroup(const InGroup&) = delete;
  InGroup& operator=(const InGroup&) = delete;

 private:
  Command& command_;
  std::string before_;
};

}  // namespace weft::programs
