#include <weft/models/programs/command_line/parse.h>
#include <weft/models/programs/command_line/program_messages.h>
#include <weft/tensor/base/suggestion.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <type_traits>

namespace weft::programs {

// Describes a program to CLI11 and reads the results of parsing. No other file includes CLI11.
class Parser {
 public:
  Parser(Command& program, bool needs_subcommand);

  bool parse(int argc, char** argv);

 private:
  void add(Command& command, CLI::App& app);
  CLI::Option* add(Command& command, const Option& option, CLI::App& app);
  // Copies to commands and options what was given.
  void take_given();
  void take_flags();
  // Returns the line of the configuration file that caused the error, see Option::place().
  std::string place_of(const CLI::ParseError& error) const;

  class Config;
  static constexpr std::size_t kColumn = 44;  // where the options' descriptions begin

  Command& program_;
  CLI::App app_;
  std::map<Command*, CLI::App*> apps_;
  std::map<Option*, CLI::Option*> options_;
  const Option* read_ = nullptr;  // the option whose value CLI11 has validated last
};

// Reads configuration files for CLI11. The stream that CLI11 passes is ignored.
class Parser::Config : public CLI::Config {
 public:
  explicit Config(Parser& parser) : parser_(parser) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& /*input*/) const override {
    parser_.take_given();
    std::vector<CLI::ConfigItem> items;
    const std::string path = parser_.app_.get_config_ptr()->as<std::string>();
    for (ConfigValue& each : parser_.program_.read_config_(path))
      items.push_back({{each.command->name()}, std::move(each.name), std::move(each.values)});
    return items;
  }
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return ""; }

 private:
  Parser& parser_;
};

namespace {

// Adds an option to CLI11 according to the type of its target.
struct AddToApp {
  CLI::App& app;
  const std::string &names, &help;

  CLI::Option* operator()(bool* flag) const { return app.add_flag(names, *flag, help); }
  CLI::Option* operator()(std::optional<double>* value) const {
    return app.add_option_function<double>(
        names, [value](double number) { *value = number; }, help);
  }
  template <class Value>
  CLI::Option* operator()(Value* value) const {
    return app.add_option(names, *value, help);
  }
  template <class Value>
  CLI::Option* operator()(const std::function<void(const Value&)>& use) const {
    return app.add_option_function<Value>(names, use, help);
  }
};

}  // namespace

Parser::Parser(Command& program, bool needs_subcommand) : program_(program), app_(program.help_, program.name_) {
  app_.get_formatter()->column_width(kColumn);
  if (needs_subcommand) app_.require_subcommand(1);
  add(program, app_);
  for (Command& command : program.subcommands_) {
    CLI::App& app = *app_.add_subcommand(command.name_, command.help_);
    if (program.read_config_) app.fallthrough();
    add(command, app);
  }
}

void Parser::add(Command& command, CLI::App& app) {
  apps_[&command] = &app;
  for (Option& option : command.options_) {
    CLI::Option* added = options_[&option] = add(command, option, app);
    if (option.role_ == Option::Role::help || option.role_ == Option::Role::version) continue;
    added->group(option.group_)->required(option.required_);
    if (!option.is_flag()) added->type_name(option.type_);
    if (option.counts_) added->expected(option.counts_->first, option.counts_->second);
    if (option.separator_) added->delimiter(option.separator_);
    if (!option.default_text_.empty()) added->default_str(option.default_text_);
    added->check(CLI::Validator([this, &option](std::string&) { return read_ = &option, std::string(); }, ""));
    if (!option.choices_.empty()) added->check(CLI::IsMember(option.choices_));
    for (const Option::Check& check : option.checks_) added->check(CLI::Validator(check, ""));
  }
  for (Option& option : command.options_)
    for (Option* other : option.needs_) options_.at(&option)->needs(options_.at(other));
}

CLI::Option* Parser::add(Command& command, const Option& option, CLI::App& app) {
  switch (option.role_) {
    case Option::Role::help:
      return app.get_help_ptr();
    case Option::Role::version:
      return app.set_version_flag(option.name_, command.version_, option.help_);
    case Option::Role::config:
      app.config_formatter(std::make_shared<Config>(*this));
      return app.set_config(option.name_, "", option.help_);
    case Option::Role::ordinary:
      break;
  }
  return std::visit(AddToApp{app, option.names_, option.help_}, option.target_);
}

void Parser::take_given() {
  for (const auto& [command, app] : apps_) command->given_ = app->parsed();
  for (const auto& [option, parsed] : options_) option->give(parsed->results());
}

void Parser::take_flags() {
  for (const auto& [option, parsed] : options_)
    if (option->is_flag() && option->is_given()) option->on_ = parsed->as<bool>();
}

std::string Parser::place_of(const CLI::ParseError& error) const {
  auto is_alone = [](const auto& each) {
    return each.first->is_given() && std::ranges::any_of(each.first->needs_, [](Option* other) { return !other->is_given(); });
  };
  if (dynamic_cast<const CLI::RequiresError*>(&error)) {
    const auto found = std::ranges::find_if(options_, is_alone);
    return found == options_.end() ? "" : found->first->place();
  }
  const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  return is_missing || !read_ ? "" : read_->place();
}

bool Parser::parse(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
    take_given();
    take_flags();
    return true;
  } catch (const CLI::Success& asked) {
    app_.exit(asked);
    return false;
  } catch (const CLI::ParseError& error) {
    take_given();
    // Unknown names come first: a misspelt one can be the reason why a required option is missing.
    const std::vector<std::string> unknown = app_.remaining(true);
    throw UsageError(unknown.empty()
                         ? place_of(error) + error.what()
                         : "unknown option or argument " + unknown[0] + did_you_mean(unknown[0], option_names(program_)));
  } catch (...) {
    take_given();
    throw;
  }
}

bool parse(Command& program, int argc, char** argv, bool needs_subcommand) {
  return Parser(program, needs_subcommand).parse(argc, argv);
}

}  // namespace weft::programs
