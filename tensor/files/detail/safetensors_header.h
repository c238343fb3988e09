// The JSON header of a safetensors file.
#pragma once

#include <weft/tensor/base/dtype.h>
#include <weft/tensor/base/shape.h>

#include <map>
#include <string>
#include <string_view>

namespace weft {

struct SafetensorsEntry {
  DType dtype = DType::f32;
  Shape shape;
  std::uint64_t begin = 0, end = 0;  // bytes after the header
  std::size_t position = 0;          // of the entry in the file, for errors
};

struct SafetensorsHeader {
  std::map<std::string, SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;
};

// Parses `json`, which starts at byte `start` of the file. Accepts exactly what the format allows, but does not compare
// data_offsets with each other. Throws FormatError.
SafetensorsHeader parse_safetensors_header(const std::string& path, std::string_view json, std::size_t start);

// Appends `text` as a JSON string.
void write_json_string(std::string& json, std::string_view text);

// Returns "F32", "BOOL", ...
const char* safetensors_name(DType dtype);

// Returns the length of the valid UTF-8 sequence at the start of `text`, or 0 if there is none.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace weft
