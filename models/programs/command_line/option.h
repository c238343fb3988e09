// Option: the name, type and checks of a command-line option, and the values that were given for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weft::programs {

// What an option does with the file that it names. run() uses this to compare all files of a run before anything is read or
// written.
enum class Input : std::uint8_t {
  data,         // "-" is standard input; pipes are allowed; an empty file is an error
  maybe_empty,  // the same, but the file may be empty
  model         // a regular file that is not empty
};
enum class Output : std::uint8_t {
  file,         // replaces an existing file once it is complete
  model,        // the same; its checkpoints are in the same folder
  stream,       // is written piece by piece, so it may be a pipe
  name_begins,  // the beginning of the names of several files, which the subcommand itself passes to check_files()
  folder        // new files are created in it
};

// One option, described once for the parser, --help, configuration files, reports and the checks of files. The functions that
// describe it return it, so that they can be chained:
//     command.option("--beam", &beam, "beam size").range(1, 1000);
class Option {
 public:
  using Texts = std::vector<std::string>;
  // The variable that a value is stored in, or the function that is called with it. A bool makes the option a flag.
  using Target =
      std::variant<bool*, std::string*, Texts*, double*, std::optional<double>*, int*, std::int64_t*, std::uint64_t*,
                   std::vector<std::int64_t>*, std::function<void(const std::string&)>, std::function<void(const Texts&)>>;
  // Returns an error message for an invalid value, otherwise "".
  using Check = std::function<std::string(const std::string&)>;
  enum class Role : std::uint8_t { ordinary, help, version, config };

  // `names` is "--name", or "--name,!--other" for a flag that the other name turns off, or "name" for a positional argument.
  // --help shows the target's current value as the default of a number, a text or a flag with two names.
  Option(std::string_view names, Target target, std::string_view help, std::string_view group);

  Option& required();
  Option& group(std::string_view heading);  // in --help
  Option& type(std::string_view name);      // in --help; by default INT, UINT, FLOAT or TEXT
  Option& values(int fewest, int most);
  Option& separated_by(char separator);  // one argument may contain several values
  Option& needs(Option& other);
  Option& default_text(std::string_view text);
  Option& without_default();                                     // neither --help nor configurations show one
  Option& range(std::uint64_t smallest, std::uint64_t largest);  // for integers
  Option& choices(Texts names);
  Option& check(Check check);
  Option& reads_file(Input input = Input::data);      // the type in --help is FILE
  Option& writes_file(Output output = Output::file);  // OUTFILE or FOLDER

  // The first name, "--name".
  const std::string& name() const { return name_; }
  // Its name in the library's errors, "learning_rate".
  const std::string& library_name() const { return library_name_; }
  // The value that files without this option imply; "" if all files have it.
  const std::string& absent() const { return absent_; }
  // All names that begin with dashes, without the dashes.
  const Texts& long_names() const { return long_names_; }
  const std::string& group() const { return group_; }
  const std::string& type() const { return type_; }
  const std::string& default_text() const { return default_text_; }
  std::optional<Input> input() const { return input_; }
  std::optional<Output> output() const { return output_; }
  bool is_flag() const { return std::holds_alternative<bool*>(target_); }
  // Whether it prints a text instead of running the command, as --help and --version do.
  bool is_question() const { return role_ == Role::help || role_ == Role::version; }
  // Whether a configuration file may contain it.
  bool is_configurable() const { return role_ == Role::ordinary && !long_names_.empty(); }

  // Whether the command line or a configuration file contains it.
  bool is_given() const { return !given_.empty(); }
  const Texts& given() const { return given_; }
  void give(Texts texts) { given_ = std::move(texts); }
  // Whether a flag is on, given or by default.
  bool is_on() const { return is_given() ? on_ : default_text_ == "true"; }
  // "train.toml:3: " if the option was given in a file, otherwise "".
  const std::string& place() const { return place_; }
  void place(std::string place) { place_ = std::move(place); }

 private:
  friend class Parser;
  friend class Command;

  std::string names_, name_, library_name_, absent_, help_, group_, type_, default_text_, place_;
  Texts long_names_, choices_, given_;
  Target target_;
  Role role_ = Role::ordinary;
  std::vector<Check> checks_;
  std::vector<Option*> needs_;
  std::optional<std::pair<int, int>> counts_;
  std::optional<Input> input_;
  std::optional<Output> output_;
  char separator_ = '\0';
  bool required_ = false, on_ = false;
};

}  // namespace weft::programs
