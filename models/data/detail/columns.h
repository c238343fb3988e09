// Which columns of a table hold the two parts of a record.
#pragma once

#include <weft/models/data/record_reader.h>
#include <weft/models/io/place.h>

#include <string>

namespace weft::text {

// Returns whether two names are equal except for case: "Label" and "LABEL" are label.
bool same_name(std::string_view a, std::string_view b);

class Columns {
 public:
  // Throws ValueError if there are fewer columns than a record has parts, for a number 0, a column named twice, and names without
  // a header.
  Columns(const FieldNames& names, const FileOptions& options);

  // Inspects the file's first row; returns true if it is a header. Throws FormatError if it lacks a column or has one twice, and
  // if a chosen name and a chosen number mean the same column.
  bool begin(const std::vector<std::string>& row, Place at);
  // Extracts the record from a row. `written` is the row as it is in the file, for errors. Throws FormatError if the row does not
  // have as many fields as the first one, if a part of the record is empty, or if the row is a header, as in files that were
  // joined.
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
