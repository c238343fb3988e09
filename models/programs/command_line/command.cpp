#include <weft/models/programs/command_line/command.h>
#include <weft/models/programs/command_line/command_line.h>

#include <algorithm>
#include <limits>
#include <type_traits>

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

namespace {

// Checks the range of whole numbers while the command line is parsed.
void limit(Option& option, const OptionField& field) {
  const OptionRange& range = field.range;
  const double least = std::max(range.least, 0.0) + (range.without_least ? 1 : 0),
               most = range.most - (range.without_most ? 1 : 0);
  option.range(static_cast<std::uint64_t>(least),
               static_cast<std::uint64_t>(std::min(most, static_cast<double>(field.most_typed))));
}

}  // namespace

Option& Command::option(const OptionField& field) {
  const std::string name = field.command_line_name();
  auto add = [&](const auto& value) -> Option& {
    using Held = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Held, NamedOption>) {
      return option(name, value.set, field.help).choices(value.names).default_text(value.get());
    } else if constexpr (std::is_same_v<Held, ParsedOption>) {
      Option& added = option(name, value.set, field.help).type(value.type).default_text(value.get());
      return added.check(parsed_by(value.check));
    } else {
      return option(name, value, field.help);
    }
  };
  Option& added = std::visit(add, field.value);
  if (std::holds_alternative<std::uint64_t*>(field.value)) added.range(0, std::numeric_limits<std::uint64_t>::max());
  if (std::holds_alternative<int*>(field.value) || std::holds_alternative<std::int64_t*>(field.value)) limit(added, field);
  added.library_name_ = field.name;
  if (field.absent) added.absent_ = !added.is_flag() ? *field.absent : *field.absent == "1" ? "true" : "false";
  return added;
}

void Command::options(const OptionFields& fields) {
  for (const OptionField& field : fields)
    if (!field.help.empty()) option(field);
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
