// Makes a record from the fields that a row or an object has for it.
#pragma once

#include <weft/models/data/record_reader.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>

#include <string>

namespace weft::text {

// Returns which part of a record the field i, from 0, belongs to: "the label".
inline std::string part_name(const FieldNames& names, std::size_t i) {
  return "the " + std::string(i == 0 || names.is_one() ? names.first : names.second);
}

// Sets the first part to the first of `count` fields and the second to the others, joined by spaces; in a record of one part all
// fields form that part. field(i) returns the text of one. Throws FormatError for a part without text; `written` is the record as
// it is in the file.
template <class Field>
void set_parts(Record& record, const FieldNames& names, std::size_t count, const Field& field, Place at,
               std::string_view written) {
  std::string& rest = names.is_one() ? record.first : record.second;
  record.first = field(0);
  if (!names.is_one()) record.second = field(1);
  for (std::size_t i = names.is_one() ? 1 : 2; i < count; ++i) (rest += ' ') += field(i);
  require<FormatError>(!is_blank(record.first), at, "the ", names.first, " is empty: ", Excerpt{written});
  require<FormatError>(names.is_one() || !is_blank(record.second), at, "the ", names.second, " is empty: ", Excerpt{written});
}

}  // namespace weft::text
