// Options in model files and checkpoints.
#pragma once

#include <weft/models/io/model_file.h>
#include <weft/models/options/option_field.h>

#include <functional>
#include <string>

namespace weft {

// Adds the options that files contain, under their keys: numbers by `decimal`, flags as 0 or 1, others by their names.
using NumberText = std::function<std::string(double)>;
void add_options(Metadata& metadata, const OptionFields& fields, const NumberText& decimal);

// Returns what files mean that lack an option, for options that are younger than some files.
Metadata absent_options(const OptionFields& fields);

// Sets the options that files contain. An option that the metadata lacks gets the value `absent`. Throws FormatError for an entry
// that is missing or is no value of its option; whole numbers must be at least 1.
void read_options(const std::string& path, const Metadata& metadata, const OptionFields& fields);

}  // namespace weft
