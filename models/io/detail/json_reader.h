// Reads JSON objects from files and checks every number against its range. The JSON type, nlohmann::json, is a template parameter
// so that headers need not include it.
#pragma once

#include <weft/tensor/base/error.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::detail {

inline constexpr std::int64_t kMostCounted = std::int64_t{1} << 53;  // a double represents every integer up to this one

// JSON has no NaN and no infinity, so that they are written as strings.
template <class Json>
Json number_to_json(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

// Returns the reason of an error of the JSON library without the name that the library gives it, here "parse error at line 1,
// ..":
// "[json.exception.parse_error.101] parse error at line 1, column 5: ..; last read: .."
inline std::string json_reason(std::string_view message) {
  if (message.starts_with('[')) message.remove_prefix(std::min(message.find("] ") + 2, message.size()));
  return std::string(message.substr(0, message.find("; last read")));
}

// Reads the members of one object. Its functions throw FormatError, which begins with `origin` and names the member, if the
// member is missing or of another type.
template <class Json>
class JsonReader {
 public:
  JsonReader(const Json& object, std::string origin) : object_(object), origin_(std::move(origin)) {}

  const Json& at(const char* key) const {
    require<FormatError>(object_.is_object() && object_.contains(key), origin_, " lacks ", key);
    return object_.at(key);
  }

  std::string text(const char* key) const {
    const Json& value = at(key);
    require<FormatError>(value.is_string(), origin_, ": ", key, " is ", written(value), ", not a string");
    return value.template get<std::string>();
  }

  // Any number, including NaN and infinity.
  double number(const char* key) const { return number_from(at(key), key); }
  double number(const char* key, double least, double most = std::numeric_limits<double>::max()) const {
    const double value = number(key);
    require<FormatError>(value >= least && value <= most, origin_, ": ", key, " is ", value, ", not from ", least, " to ", most);
    return value;
  }
  double number_from(const Json& value, const char* key) const {
    if (value.is_number()) return value.template get<double>();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (double number : {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity})
      if (value == number_to_json<Json>(number)) return number;
    detail::fail<FormatError>(Where{}, origin_, ": ", key, " is ", written(value), ", not a number");
  }

  std::vector<double> numbers(const char* key) const {
    const Json& list = at(key);
    require<FormatError>(list.is_array(), origin_, ": ", key, " is ", written(list), ", not a list of numbers");
    std::vector<double> values;
    for (const Json& value : list) values.push_back(number_from(value, key));
    return values;
  }

  std::int64_t whole(const char* key, std::int64_t least, std::int64_t most = kMostCounted) const {
    const Json& value = at(key);
    const bool fits = value.is_number_integer() &&
                      (!value.is_number_unsigned() || value.template get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
    const std::int64_t number = fits ? value.template get<std::int64_t>() : 0;
    require<FormatError>(fits && number >= least && number <= most, origin_, ": ", key, " is ", written(value),
                         ", not a whole number from ", least, " to ", most);
    return number;
  }

 private:
  static std::string written(const Json& value) { return value.is_primitive() ? value.dump() : value.type_name(); }

  const Json& object_;
  std::string origin_;
};

}  // namespace weft::detail
