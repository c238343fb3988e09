// Options of command lines: what each is called and takes, and what a command line gave.
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

// What an option does with the file that it names. From that, run() compares all files of a run before anything is read or
// written.
enum class Input : std::uint8_t {
  data,         // "-" is standard input; pipes will do; an empty file is an error
  maybe_empty,  // the same, but an empty file says that there is nothing
  model         // a regular file that is not empty
};
enum class Output : std::uint8_t {
  file,         // takes a file's place once it is complete
  model,        // the same, and has its checkpoints beside it
  stream,       // is written as it comes: a pipe will do
  name_begins,  // the names of the files that are written begin so: the subcommand itself passes them to check_files()
  folder        // new files are put there
};

// One option, described once: the parser, --help, configuration files, reports and the files of a run go by it. The functions
// that describe it return it, so that they can be chained:
//     command.option("--beam", &beam, "hypotheses the search keeps").range(1, 1000);
class Option {
 public:
  using Texts = std::vector<std::string>;
  // The variable that a value is stored in, or the function that it is handed to. A bool is a flag.
  using Target =
      std::variant<bool*, std::string*, Texts*, double*, std::optional<double>*, int*, std::int64_t*, std::uint64_t*,
                   std::vector<std::int64_t>*, std::function<void(const std::string&)>, std::function<void(const Texts&)>>;
  // Returns what is wrong with a value, or "".
  using Check = std::function<std::string(const std::string&)>;
  enum class Role : std::uint8_t { ordinary, help, version, config };

  // The names are written "--name", or "--name,!--other" for a flag that the other name turns off; "name" is an argument that
  // stands alone. --help shows the value that a number or text has now as the default, and that of a flag with two names.
  Option(std::string_view names, Target target, std::string_view help, std::string_view group);

  Option& required();
  Option& group(std::string_view heading);  // in --help
  Option& type(std::string_view name);      // of the values in --help; by default INT, UINT, FLOAT or TEXT
  Option& values(int fewest, int most);
  Option& separated_by(char separator);  // several values may stand in one argument
  Option& needs(Option& other);
  Option& default_text(std::string_view text);
  Option& without_default();                                     // that --help or configurations would show
  Option& range(std::uint64_t smallest, std::uint64_t largest);  // of a whole number
  Option& choices(Texts names);
  Option& check(Check check);
  Option& reads_file(Input input = Input::data);      // the type in --help is FILE
  Option& writes_file(Output output = Output::file);  // OUTFILE or FOLDER

  // "--name", the first one.
  const std::string& name() const { return name_; }
  // The name that the library's errors have for it, "learning_rate".
  const std::string& library_name() const { return library_name_; }
  // What files mean that are older than the option; "" if all files have it.
  const std::string& absent() const { return absent_; }
  // All names that begin with dashes, without these.
  const Texts& long_names() const { return long_names_; }
  const std::string& group() const { return group_; }
  const std::string& type() const { return type_; }
  const std::string& default_text() const { return default_text_; }
  std::optional<Input> input() const { return input_; }
  std::optional<Output> output() const { return output_; }
  bool is_flag() const { return std::holds_alternative<bool*>(target_); }
  // Whether it prints a text instead of running the command, as --help and --version do.
  bool is_question() const { return role_ == Role::help || role_ == Role::version; }
  // Whether it may stand in a configuration file.
  bool is_configurable() const { return role_ == Role::ordinary && !long_names_.empty(); }

  // Whether the command line or a configuration file gives it.
  bool is_given() const { return !given_.empty(); }
  const Texts& given() const { return given_; }
  void give(Texts texts) { given_ = std::move(texts); }
  // Whether a flag is on, given or by default.
  bool is_on() const { return is_given() ? on_ : default_text_ == "true"; }
  // "train.toml:3: " for an option that a file gives, else "".
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
