// Values as bytes, for ranks that send them to each other.
#pragma once

#include <weft/models/distributed/communicator.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace weft::detail {

// A struct whose fields() returns references to what it consists of: std::tie(a, b).
template <class T>
concept HasFields = requires(T& value) {
  value.fields();
};

template <class T>
concept IsPair = requires(T& value) {
  value.first;
  value.second;
};

// Small numbers take few bytes: each byte has seven bits, and says whether another one follows.
inline void pack_number(std::uint64_t number, std::string& bytes) {
  constexpr unsigned kBits = 7, kMore = 1U << kBits;
  for (; number >= kMore; number >>= kBits) bytes += static_cast<char>(number % kMore + kMore);
  bytes += static_cast<char>(number);
}

inline std::uint64_t unpack_number(std::string_view& bytes) {
  constexpr unsigned kBits = 7, kMore = 1U << kBits, kMost = 63;
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift <= kMost; shift += kBits) {
    require<RankError>(!bytes.empty(), "bytes of another rank end too early");
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte % kMore} << shift;
    if (byte < kMore) break;
  }
  return number;
}

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// Appends a value: a number, a text, a pair, an optional or a vector of values, or a struct that has fields.
template <class T>
void pack(T& value, std::string& bytes) {
  if constexpr (std::integral<T>) {
    pack_number(static_cast<std::uint64_t>(value), bytes);
  } else if constexpr (std::floating_point<T>) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  } else if constexpr (std::is_same_v<std::remove_const_t<T>, std::string>) {
    pack_number(value.size(), bytes);
    bytes += value;
  } else if constexpr (kIsOptional<std::remove_const_t<T>>) {
    pack_number(value.has_value(), bytes);
    if (value) pack(*value, bytes);
  } else if constexpr (HasFields<T>) {
    std::apply([&](auto&... fields) { (pack(fields, bytes), ...); }, value.fields());
  } else if constexpr (IsPair<T>) {
    pack(value.first, bytes);
    pack(value.second, bytes);
  } else {
    pack_number(value.size(), bytes);  // a map can be packed, too
    for (auto& each : value) pack(each, bytes);
  }
}

// Removes a value from the front of the bytes. Throws RankError if they end before it does.
template <class T>
std::remove_const_t<T> unpack(std::string_view& bytes) {
  if constexpr (std::integral<T>) {
    return static_cast<T>(unpack_number(bytes));
  } else if constexpr (std::floating_point<T>) {
    std::remove_const_t<T> value{};
    require<RankError>(bytes.size() >= sizeof value, "a number of another rank ends too early");
    bytes.copy(reinterpret_cast<char*>(&value), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
  } else if constexpr (kIsOptional<std::remove_const_t<T>>) {
    if (unpack_number(bytes) == 0) return {};
    return unpack<typename T::value_type>(bytes);
  } else if constexpr (std::is_same_v<std::remove_const_t<T>, std::string>) {
    const std::uint64_t size = unpack_number(bytes);
    require<RankError>(size <= bytes.size(), "a text of another rank ends too early");
    std::string text(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return text;
  } else if constexpr (HasFields<T>) {
    T value;
    std::apply([&](auto&... fields) { ((fields = unpack<std::remove_reference_t<decltype(fields)>>(bytes)), ...); },
               value.fields());
    return value;
  } else if constexpr (IsPair<T>) {
    auto first = unpack<decltype(T::first)>(bytes);
    return {std::move(first), unpack<decltype(T::second)>(bytes)};
  } else {
    std::uint64_t count = unpack_number(bytes);
    require<RankError>(count <= bytes.size(), "a list of another rank ends too early");
    T values;
    values.reserve(count);
    for (; count > 0; --count) values.push_back(unpack<typename T::value_type>(bytes));
    return values;
  }
}

// The same for a whole message.
template <class T>
std::string to_bytes(const T& value) {
  std::string bytes;
  pack(value, bytes);
  return bytes;
}
template <class T>
T from_bytes(std::string_view bytes) {
  return unpack<T>(bytes);
}

}  // namespace weft::detail
