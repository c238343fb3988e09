#include <weft/models/data/detail/columns.h>
#include <weft/models/data/detail/record_parts.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/base/suggestion.h>

#include <algorithm>
#include <charconv>

namespace weft::text {

bool same_name(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

namespace {

std::optional<std::size_t> find_column(const std::vector<std::string>& row, std::string_view name, bool any_case) {
  for (std::size_t i = 0; i < row.size(); ++i)
    if (any_case ? same_name(row[i], name) : row[i] == name) return i;
  return {};
}

std::string joined(const std::vector<std::string>& row) {
  std::string all;
  for (const std::string& field : row) all += (all.empty() ? "" : ", ") + field;
  return all;
}

}  // namespace

Columns::Columns(const FieldNames& names, const FileOptions& options)
    : names_(names), header_(options.header), chosen_(!options.columns.empty()) {
  require_option(!chosen_ || names.is_one() || options.columns.size() >= 2, OptionName{"columns"}, ": expected one for the ",
                 names.first, " and at least one for the ", names.second, ", got \"", chosen_ ? options.columns[0] : "",
                 "\" alone");
  for (const std::string& column : options.columns) {
    std::size_t number = 0;
    const char* end = column.data() + column.size();
    const auto [stop, error] = std::from_chars(column.data(), end, number);
    const bool is_number = error == std::errc() && stop == end;
    require_option(!column.empty() && (!is_number || number > 0), OptionName{"columns"}, ": \"", column,
                   "\" is neither the name of a column nor a number from 1");
    require_option(is_number || header_ != Header::no, OptionName{"columns"}, ": \"", column,
                   "\" is a name, but the file has no header");
    columns_.push_back(is_number ? Column{"", number - 1} : Column{column, 0});
    for (std::size_t i = 0; i + 1 < columns_.size(); ++i)
      require_option(columns_[i].name != columns_.back().name || columns_[i].index != columns_.back().index,
                     OptionName{"columns"}, ": ", column, " is named twice, as ", part_name(names_, i), " and as ",
                     part_name(names_, columns_.size() - 1));
  }
}

// Columns chosen by number have a header if the first row names their parts.
bool Columns::is_header_of_numbers(const std::vector<std::string>& row) const {
  auto holds = [&](const Column& column, std::string_view name) {
    return column.index < row.size() && same_name(row[column.index], name);
  };
  if (!holds(columns_[0], names_.first)) return false;
  return names_.is_one() ||
         std::any_of(columns_.begin() + 1, columns_.end(), [&](const Column& column) { return holds(column, names_.second); });
}

// Finds the columns if the user has not chosen any; returns true if a header names them.
bool Columns::find_by_names(const std::vector<std::string>& row, Place at) {
  const std::size_t parts = names_.is_one() ? 1 : 2;
  const auto first = find_column(row, names_.first, true);
  const auto second = names_.is_one() ? first : find_column(row, names_.second, true);
  const bool named = first && second && header_ != Header::no;
  if (first && !second && header_ == Header::automatic) check_names(row, at);
  require<FormatError>(named || width_ == parts, at, "expected ", names_.is_one() ? "a column " : "columns ", names_.first,
                       names_.is_one() ? "" : " and ", names_.second, ", or ", names_.is_one() ? "one column" : "two columns",
                       ", found ", width_, "; choose the columns (--columns): ", Excerpt{joined(row)});
  columns_ = {{std::string(names_.first), named ? *first : 0}};
  if (!names_.is_one()) columns_.push_back({std::string(names_.second), named ? *second : 1});
  return named;
}

// A name that occurs twice does not identify a column.
void Columns::check_names(const std::vector<std::string>& row, Place at) const {
  std::vector<std::string_view> names(row.begin(), row.end());
  std::erase(names, "");
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  require<FormatError>(twice == names.end(), at, "the header names the column ",
                       Excerpt{twice == names.end() ? std::string_view() : *twice}, " twice: ", Excerpt{joined(row)});
  for (std::string_view name : {names_.first, names_.second}) {
    const auto count = std::ranges::count_if(row, [&](const std::string& field) { return same_name(field, name); });
    require<FormatError>(chosen_ || name.empty() || count < 2, at, "the header names the column ", name, ' ', count,
                         " times: ", Excerpt{joined(row)});
  }
}

// Returns whether a row below the first one is a header: the file's own, or one that has the columns' usual names.
bool Columns::is_joined_header(const std::vector<std::string>& row) const {
  auto is_own = [&](const Column& column) { return row[column.index] == header_row_[column.index]; };
  if (!header_row_.empty()) return std::ranges::all_of(columns_, is_own);
  return header_ == Header::automatic && !names_.is_one() && is_header_of_numbers(row);
}

// A name and a number may mean the same column.
void Columns::check_differ(const std::vector<std::string>& row, Place at) const {
  for (std::size_t i = 1; i < columns_.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      require<FormatError>(columns_[i].index != columns_[j].index, at, "columns: column ", columns_[i].index + 1,
                           " is named twice, as ", part_name(names_, j), " and as ", part_name(names_, i), ": ",
                           Excerpt{joined(row)});
}

bool Columns::begin(const std::vector<std::string>& row, Place at) {
  width_ = row.size();
  bool header = header_ == Header::yes;
  if (!chosen_) {
    header = find_by_names(row, at) || header;
  } else if (header_ == Header::automatic) {
    const bool all_numbers = std::all_of(columns_.begin(), columns_.end(), [](const Column& c) { return c.name.empty(); });
    header = !all_numbers || is_header_of_numbers(row);
  }
  for (Column& column : columns_) {
    if (chosen_ && !column.name.empty()) {
      const auto found = find_column(row, column.name, false);
      require<FormatError>(found.has_value(), at, "the header has no column \"", column.name, "\": ", Excerpt{joined(row)},
                           did_you_mean(column.name, row));
      column.index = *found;
    }
    require<FormatError>(column.index < width_, at, "there is no column ", column.index + 1, ", the first row has ", width_, ": ",
                         Excerpt{joined(row)});
  }
  check_differ(row, at);
  if (header) {
    check_names(row, at);
    header_row_ = row;
  }
  return header;
}

void Columns::take(const std::vector<std::string>& row, std::string_view written, Place at, Record& record) const {
  require<FormatError>(row.size() == width_, at, "expected ", width_, " fields as in the first row, found ", row.size(), ": ",
                       Excerpt{written});
  require<FormatError>(!is_joined_header(row), at,
                       "a header below the first row: were files joined? (--header no reads it as a record): ", Excerpt{written});
  set_parts(
      record, names_, columns_.size(), [&](std::size_t i) -> const std::string& { return row[columns_[i].index]; }, at, written);
}

}  // namespace weft::text
