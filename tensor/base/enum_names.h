// The names of an enum's values: one table beside each enum, by which values are written and read, and which messages and command
// lines list.
//     enum class Wiring { luong, bahdanau };
//     inline constexpr EnumName<Wiring> kWiringNames[] = {{Wiring::luong, "luong"}, {Wiring::bahdanau, "bahdanau"}};
#pragma once

#include <weft/tensor/base/error.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

template <class Kind>
struct EnumName {
  Kind value;
  std::string_view name;
};

// The name of a value; "" for one that the table lacks.
template <class Kind, std::size_t Count>
std::string name_in(const EnumName<Kind> (&names)[Count], Kind value) {
  for (const EnumName<Kind>& each : names)
    if (each.value == value) return std::string(each.name);
  return "";
}

// The value of a name, if there is one.
template <class Kind, std::size_t Count>
std::optional<Kind> value_in(const EnumName<Kind> (&names)[Count], std::string_view name) {
  for (const EnumName<Kind>& each : names)
    if (each.name == name) return each.value;
  return std::nullopt;
}

// All names, in the table's order.
template <class Kind, std::size_t Count>
std::vector<std::string> all_names(const EnumName<Kind> (&names)[Count]) {
  std::vector<std::string> all;
  for (const EnumName<Kind>& each : names) all.emplace_back(each.name);
  return all;
}

// "tsv, csv or jsonl"; `last` stands before the last name, `between` before the others.
template <class Kind, std::size_t Count>
std::string list_of_names(const EnumName<Kind> (&names)[Count], const char* last = " or ", const char* between = ", ") {
  std::string list;
  for (std::size_t i = 0; i < Count; ++i) list += (i == 0 ? "" : i + 1 == Count ? last : between) + std::string(names[i].name);
  return list;
}

// The value of a name. Throws ValueError for any other name: `format is "doc", not tsv, csv or jsonl`, with `what` as its
// beginning.
template <class Kind, std::size_t Count>
Kind named_value(const EnumName<Kind> (&names)[Count], const char* what, std::string_view name) {
  if (const std::optional<Kind> value = value_in(names, name)) return *value;
  throw ValueError(std::string(what) + " \"" + std::string(name) + "\", not " + list_of_names(names));
}

}  // namespace weft
