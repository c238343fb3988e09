// Options in model files and checkpoints.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/options/option_field.h>

#include <functional>
#include <string>

namespace weft {

// Adds the options that files contain, under `prefix` and their keys: numbers are formatted by
// `decimal`, flags are 0 or 1, and other values are written by name.
using NumberText = std::function<std::string(double)>;
void add_options(Metadata& metadata, const OptionFields& fields, const NumberText& decimal, const std::string& prefix = "");

// Returns the value that each option has in files that lack it, for options that were added after some files were written.
Metadata absent_options(const OptionFields& fields, const NumberText& decimal);

// Sets the options that files contain. An option that the metadata lacks gets its value `absent`. Throws FormatError for a
// missing entry and for an entry that is not a valid value of its option; integers must not be below
// the range of their option, or below 1 if it has none.
void read_options(const std::string& path, const Metadata& metadata, const OptionFields& fields, const std::string& prefix = "");

}  // namespace weft
