// Command: a program or a subcommand, with its options and its action.
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

// The value of a subcommand's option in a configuration file.
struct ConfigValue {
  const Command* command = nullptr;
  std::string name;  // the option's name without dashes
  std::vector<std::string> values;
};

// A program or one of its subcommands. References to options and subcommands stay valid as long as the program exists.
class Command {
 public:
  Command(std::string name, std::string help, Command* parent = nullptr);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command& subcommand(std::string_view name, std::string_view help);
  Option& option(std::string_view name, Option::Target target, std::string_view help);
  // Adds an option of the library, with the names, range, help and default of its description.
  Option& option(const OptionField& field);
  // Adds all of them that have a help text, in this order.
  void options(const OptionFields& fields);
  Option& flag(std::string_view name, bool* value, std::string_view help);
  // The same with a second name that turns it off.
  Option& flag(std::string_view name, std::string_view negative, bool* value, std::string_view help);
  Option& version(std::string_view text);  // --version, which prints the text
  // Adds the option that names a configuration file. read() is called with its path after the command line was parsed, and the
  // command line takes precedence over the values that it returns. Subcommands accept the option too.
  Option& config(std::string_view name, std::function<std::vector<ConfigValue>(const std::string& path)> read,
                 std::string_view help);
  void action(std::function<void()> action) { action_ = std::move(action); }
  // Says that the subcommand can share its work with other ranks of mpirun. All others refuse to run on several.
  void share_work() { shares_work_ = true; }
  bool shares_work() const { return shares_work_; }
  // Runs the subcommand's action, if it has one.
  void act() const {
    if (action_) action_();
  }

  const std::string& name() const { return name_; }
  const Command* parent() const { return parent_; }
  const std::list<Option>& options() const { return options_; }
  const std::list<Command>& subcommands() const { return subcommands_; }
  // Whether the subcommand is on the command line.
  bool is_given() const { return given_; }
  Command* find_subcommand(std::string_view name);
  // Returns the option with this name, which may be its second one, or nullptr.
  Option* find(std::string_view name);
  const Option* find(std::string_view name) const;
  // Whether there is an option with this name and it was given.
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
  bool given_ = false, shares_work_ = false;
};

// Visits the program and the subcommand that was given.
template <class Visit>
void each_given(const Command& program, Visit visit) {
  visit(program);
  for (const Command& command : program.subcommands())
    if (command.is_given()) visit(command);
}

// Groups of options in --help. The options in these two say where the data is and how the program runs; they do not affect the
// model.
inline constexpr const char *kDataGroup = "Data", *kRunGroup = "Running";

// Options that are added to the command during its lifetime belong to the group.
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
