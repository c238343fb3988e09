#include <weft/models/programs/command_line/option.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace weft::programs {

namespace {

std::string type_of(const Option::Target& target) {
  return std::visit(
      [](const auto& place) -> std::string {
        using Place = std::decay_t<decltype(place)>;
        if constexpr (std::is_same_v<Place, bool*>) return "";
        if constexpr (std::is_same_v<Place, std::uint64_t*>) return "UINT";
        if constexpr (std::is_same_v<Place, int*> || std::is_same_v<Place, std::int64_t*> ||
                      std::is_same_v<Place, std::vector<std::int64_t>*>)
          return "INT";
        if constexpr (std::is_same_v<Place, double*> || std::is_same_v<Place, std::optional<double>*>) return "FLOAT";
        return "TEXT";
      },
      target);
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string value_of(const Option::Target& target) {
  return std::visit(
      [](const auto& place) -> std::string {
        using Place = std::decay_t<decltype(place)>;
        if constexpr (std::is_same_v<Place, bool*>) return place && *place ? "true" : "false";
        if constexpr (std::is_same_v<Place, std::string*>) return *place;
        if constexpr (std::is_same_v<Place, double*>) return short_number(*place);
        if constexpr (std::is_same_v<Place, int*> || std::is_same_v<Place, std::int64_t*> ||
                      std::is_same_v<Place, std::uint64_t*>)
          return std::to_string(*place);
        return "";
      },
      target);
}

// Returns an error message unless the text is a floating-point number.
std::string check_number(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() ? "" : "\"" + text + "\" is not a number";
}

}  // namespace

Option::Option(std::string_view names, Target target, std::string_view help, std::string_view group)
    : names_(names), help_(help), group_(group), type_(type_of(target)), target_(std::move(target)) {
  for (std::size_t begin = 0, end = 0; begin < names.size(); begin = end + 1) {
    end = std::min(names.find(',', begin), names.size());
    std::string name(names.substr(begin, end - begin));
    if (name.starts_with('!')) name.erase(0, 1);
    if (name_.empty()) name_ = name;
    if (name.starts_with("--")) long_names_.push_back(name.substr(2));
  }
  if (!long_names_.empty()) library_name_ = long_names_.front();
  std::replace(library_name_.begin(), library_name_.end(), '-', '_');
  if (std::holds_alternative<double*>(target_) || std::holds_alternative<std::optional<double>*>(target_)) check(check_number);
  if (!is_flag() || long_names_.size() > 1) default_text_ = value_of(target_);
}

Option& Option::required() {
  required_ = true;
  return *this;
}

Option& Option::group(std::string_view heading) {
  group_ = heading;
  return *this;
}

Option& Option::type(std::string_view name) {
  type_ = name;
  return *this;
}

Option& Option::values(int fewest, int most) {
  counts_ = {fewest, most};
  return *this;
}

Option& Option::separated_by(char separator) {
  separator_ = separator;
  return *this;
}

Option& Option::needs(Option& other) {
  needs_.push_back(&other);
  return *this;
}

Option& Option::default_text(std::string_view text) {
  default_text_ = text;
  return *this;
}

Option& Option::without_default() { return default_text(""); }

Option& Option::range(std::uint64_t smallest, std::uint64_t largest) {
  return check([=](const std::string& text) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && stop == end && value >= smallest && value <= largest) return std::string();
    return "\"" + text + "\" is not a whole number from " + std::to_string(smallest) + " to " + std::to_string(largest);
  });
}

Option& Option::choices(Texts names) {
  choices_ = std::move(names);
  return *this;
}

Option& Option::check(Check check) {
  checks_.push_back(std::move(check));
  return *this;
}

// A shell passes "" for a quoted variable that is not set.
static std::string check_path(const std::string& path) { return path.empty() ? "the file's path is empty" : ""; }

Option& Option::reads_file(Input input) {
  input_ = input;
  return check(check_path).type("FILE");
}

Option& Option::writes_file(Output output) {
  output_ = output;
  return check(check_path).type(output == Output::folder ? "FOLDER" : "OUTFILE");
}

}  // namespace weft::programs
