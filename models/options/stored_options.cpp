#include <weft/models/options/stored_options.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>
#include <variant>

namespace weft {

namespace {

std::string text_of(const OptionField& field, const NumberText& decimal) {
  return std::visit(
      [&](const auto& value) -> std::string {
        using Held = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Held, double*>)
          return decimal(*value);
        else if constexpr (std::is_pointer_v<Held>)
          return std::to_string(*value);
        else
          return value.get();
      },
      field.value);
}

// Returns the value that a file without the option implies, in the form in which files contain it: "0" becomes "0.0" if `decimal`
// formats 0 so.
std::optional<std::string> absent_text(const OptionField& field, const NumberText& decimal) {
  if (!field.absent) return std::nullopt;
  const std::string text(*field.absent);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && std::holds_alternative<double*>(field.value) ? decimal(number) : text;
}

std::string name_entry(const std::string& path, const Metadata& metadata, const std::string& key,
                       const std::vector<std::string>& names) {
  const std::string& name = entry(path, metadata, key);
  if (std::ranges::find(names, name) != names.end()) return name;
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) list += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  throw FormatError(path + ": " + key + " is \"" + name + "\", not " + list);
}

void set(const std::string& path, const Metadata& metadata, const OptionField& field, const std::string& key) {
  const OptionRange& range = field.range;
  std::visit(
      [&](const auto& value) {
        using Held = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Held, bool*>)
          *value = flag_entry(path, metadata, key);
        else if constexpr (std::is_same_v<Held, double*>)
          *value = number_entry(path, metadata, key);
        else if constexpr (std::is_pointer_v<Held>)
          *value = static_cast<std::remove_pointer_t<Held>>(size_entry(
              path, metadata, key, kLargestSize, std::isfinite(range.least) ? static_cast<std::int64_t>(range.least) : 1));
        else if constexpr (std::is_same_v<Held, NamedOption>)
          value.set(name_entry(path, metadata, key, value.names));
        else
          from_metadata(path + ": " + key, [&] { value.set(entry(path, metadata, key)); });
      },
      field.value);
}

}  // namespace

void add_options(Metadata& metadata, const OptionFields& fields, const NumberText& decimal, const std::string& prefix) {
  for (const OptionField& field : fields) {
    if (field.in_files == InFiles::no) continue;
    std::string text = text_of(field, decimal);
    if (field.in_files == InFiles::always || text != absent_text(field, decimal))
      metadata[prefix + std::string(field.file_key())] = std::move(text);
  }
}

Metadata absent_options(const OptionFields& fields, const NumberText& decimal) {
  Metadata absent;
  for (const OptionField& field : fields)
    if (const auto text = absent_text(field, decimal)) absent[std::string(field.file_key())] = *text;
  return absent;
}

void read_options(const std::string& path, const Metadata& metadata, const OptionFields& fields, const std::string& prefix) {
  for (const OptionField& field : fields) {
    if (field.in_files == InFiles::no) continue;
    const std::string key = prefix + std::string(field.file_key());
    if (metadata.contains(key) || !field.absent)
      set(path, metadata, field, key);
    else
      set(path, {{key, std::string(*field.absent)}}, field, key);
  }
}

}  // namespace weft
