// The options of a struct, each described once: its name, the values it may have, its help and its place in files. validate(),
// command lines, configuration files, model files and checkpoints all read these descriptions.
#pragma once

#include <weft/tensor/base/enum_names.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weft {

// The numbers that an option accepts. NaN is in no range.
struct OptionRange {
  double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
  bool without_least = false, without_most = false;  // whether the limit itself is excluded
  std::string_view why_not_end = "";                 // why a limit is excluded; messages end with it

  bool contains(double value) const;
  // Returns "at least 1", "above 0", "from 0 to below 1", "a finite number of at least 0", ...; "" for all numbers.
  std::string text() const;
};
constexpr OptionRange at_least(double least) { return {.least = least}; }
constexpr OptionRange above(double least) { return {.least = least, .without_least = true}; }
constexpr OptionRange from_to(double least, double most) { return {.least = least, .most = most}; }
constexpr OptionRange above_up_to(double least, double most) { return {.least = least, .most = most, .without_least = true}; }
constexpr OptionRange from_to_below(double least, double most) { return {.least = least, .most = most, .without_most = true}; }
constexpr OptionRange finite_at_least(double least) { return {.least = least, .without_most = true}; }
constexpr OptionRange finite_above(double least, std::string_view why_not_least = "") {
  return {.least = least, .without_least = true, .without_most = true, .why_not_end = why_not_least};
}

// The range of dropout and the like: the share of the training signal that is hidden.
inline constexpr OptionRange kHiddenShare{
    .least = 0, .most = 1, .without_most = true, .why_not_end = ", which would leave nothing to learn from"};

// The largest numbers that command lines accept, which catches slips of the keyboard: counts without a natural limit, rows of an
// embedding, elements of a vector.
inline constexpr std::uint64_t kMany = 1'000'000'000, kMostRows = 100'000'000, kMostNumbers = 100'000;

// An option whose value is one of several names.
struct NamedOption {
  std::vector<std::string> names;
  std::function<std::string()> get;
  std::function<void(const std::string& name)> set;  // throws ValueError for any other name
};
template <class Kind, std::size_t Count>
NamedOption named_option(Kind& value, const EnumName<Kind> (&names)[Count]);
// The same for an optional value; "auto" is the name of an unset one.
template <class Kind, std::size_t Count>
NamedOption named_option(std::optional<Kind>& value, const EnumName<Kind> (&names)[Count]);

// An option that is written as text of its own syntax, such as a schedule.
struct ParsedOption {
  std::string_view type;  // the name of its type in --help
  std::function<std::string()> get;
  std::function<void(const std::string& words)> check;  // throws ValueError for words that set() cannot take
  std::function<void(const std::string& words)> set;
};

// Whether model files and checkpoints contain the option.
enum class InFiles : std::uint8_t {
  no,
  always,
  unless_absent  // only if its value is not `absent`
};

// The description of one option, and a pointer to its value in one object: that object must outlive it.
struct OptionField {
  using Value = std::variant<bool*, int*, std::int64_t*, std::uint64_t*, double*, NamedOption, ParsedOption>;

  std::string_view name;  // the member's name, which errors and files use
  Value value;
  OptionRange range = {};            // only for numbers
  std::uint64_t most_typed = kMany;  // the largest whole number that command lines accept
  std::string_view help = "";        // for --help; "": the option is not on the command line
  std::string_view flag = "";        // its names there, "--other-name" or "--on,!--off"; "": "--" and the name, with dashes
  InFiles in_files = InFiles::no;
  std::string_view key = "";                    // its key in files, if that is not the name
  std::optional<std::string_view> absent = {};  // the value that a file without this option implies; unset: every file has it

  std::string_view file_key() const { return key.empty() ? name : key; }
  // Returns its name on the command line, "--learning-rate".
  std::string command_line_name() const;
  // Returns the value if it is a number.
  std::optional<double> number() const;
};
using OptionFields = std::vector<OptionField>;

// Returns the descriptions from fields() of a const struct. They must not be used to change it.
template <class Options>
OptionFields fields_of(const Options& options) {
  return const_cast<Options&>(options).fields();
}

// Throws OptionError for the first number outside its range; the message begins with `op`.
void check_ranges(const char* op, const OptionFields& fields, Where caller);

template <class Kind, std::size_t Count>
NamedOption named_option(Kind& value, const EnumName<Kind> (&names)[Count]) {
  return {.names = all_names(names),
          .get = [&value, &names] { return name_in(names, value); },
          .set = [&value, &names](const std::string& name) { value = named_value(names, "the name is", name); }};
}

template <class Kind, std::size_t Count>
NamedOption named_option(std::optional<Kind>& value, const EnumName<Kind> (&names)[Count]) {
  NamedOption option{.names = all_names(names),
                     .get = [&value, &names] { return value ? name_in(names, *value) : "auto"; },
                     .set =
                         [&value, &names](const std::string& name) {
                           value = name == "auto" ? std::nullopt : std::optional(named_value(names, "the name is", name));
                         }};
  option.names.insert(option.names.begin(), "auto");
  return option;
}

}  // namespace weft
