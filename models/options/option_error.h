// Errors about options. They know where in their messages the options are named, so that a program can show learning_rate as
// --learning-rate.
#pragma once

#include <weft/tensor/base/error.h>

#include <concepts>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

// The name of an option as a part of a message.
struct OptionName {
  std::string_view name;
};
inline std::ostream& operator<<(std::ostream& out, OptionName option) { return out << option.name; }

class OptionError : public ValueError {
 public:
  struct Part {
    std::string text;
    bool is_name = false;
  };
  explicit OptionError(std::vector<Part> parts);

  // Returns what() with `rename` applied to each option's name.
  std::string message(const std::function<std::string(const std::string& name)>& rename) const;

 private:
  std::shared_ptr<const std::vector<Part>> parts_;  // shared, because copies of exceptions must not throw
};

namespace detail {
template <class Value>
OptionError::Part message_part(const Value& value) {
  PlainText text;
  text << printable(value);
  return {text.str(), std::same_as<Value, OptionName>};
}
}  // namespace detail

// As check() in tensor/base/error.h, for messages that name options:
//     check_option(beam >= n_best, caller, "search: ", OptionName("n_best"), " is above ", OptionName("beam"));
template <class... Parts>
void check_option(bool condition, Where caller, const Parts&... parts) {
  if (!condition) [[unlikely]]
    throw OptionError({detail::message_part(parts)..., {CallScope::describe(caller), false}});
}

// The same for options that come from files and command lines rather than from a line of code.
template <class... Parts>
void require_option(bool condition, const Parts&... parts) {
  check_option(condition, Where{}, parts...);
}

}  // namespace weft
