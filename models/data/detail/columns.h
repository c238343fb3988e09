// Which columns of a table hold the two parts of a record.
#pragma once

#include <weft/models/data/record_reader.h>
#include <weft/models/io/place.h>

#include <string>

namespace weft::text {

// Whether two names are one but for the case of their letters: "Label" and "LABEL" are label.
bool same_name(std::string_view a, std::string_view b);

class Columns {
 public:
  // Throws ValueError for fewer columns than a record has parts, a number 0, a column named twice, and names
  // where there is no header.
  Columns(const FieldNames& names, const FileOptions& options);

  // Looks at the file's first row; true when it is a header. Throws FormatError when it lacks a column or names one twice, and
  // when a chosen name and a chosen number are one column.
  bool begin(const std::vector<std::string>& row, Place at);
  // Takes the record out of a row. `written` is the row as the file has it, for errors. Throws FormatError when the row has not
  // as many fields as the first one, a part of the record is empty, or it is a header, as of a file that was joined to another.
  void take(const std::vector<std::string>& row, std::string_view written, Place at, Record& record) const;

 private:
  struct Column {
    std::string name;       // "" for a number
    std::size_t index = 0;  // from 0
  };
  bool find_by_names(const std::vector<std::string>& row, Place at);
  bool is_header_of_numbers(const std::vector<std::string>& row) const;
  void check_differ(const std::vector<std::string>& row, Place at) const;
  void check_names(const std::vector<std::string>& row, Place at) const;
  bool is_joined_header(const std::vector<std::string>& row) const;

  FieldNames names_;
  Header header_;
  std::vector<Column> columns_;
  bool chosen_ = true;  // by the user
  std::size_t width_ = 0;
  std::vector<std::string> header_row_;  // empty if the file has none
};

}  // namespace weft::text
