// Files whose numbers are damaged: unexpected values, and how they are written without a checksum.
#pragma once

#include <weft/models/io/model_file.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

// Values that are likely to be invalid, for metadata and for JSON, where those that are numbers have no quotes.
inline const std::vector<std::string>& bad_values() {
  static const std::vector<std::string> values{"-1",  "0",   "0.5", "2",   "7",     "-1000000",   "1000000000",          "1e300",
                                               "nan", "inf", "",    "abc", "1e999", "2147483648", "9223372036854775808", "[]"};
  return values;
}

// The metadata of the safetensors file `whole` with another value for `key`, and without a checksum.
inline std::string with_metadata(const std::string& whole, const std::string& key, const std::string& value) {
  std::uint64_t length = 0;
  std::memcpy(&length, whole.data(), sizeof length);
  nlohmann::json header = nlohmann::json::parse(whole.substr(sizeof length, length));
  header["__metadata__"].erase("checksum");
  header["__metadata__"][key] = value;
  const std::string text = header.dump();
  std::string file(sizeof length, '\0');
  const std::uint64_t size = text.size();
  std::memcpy(file.data(), &size, sizeof size);
  return file + text + whole.substr(sizeof length + length);
}

}  // namespace weft::test
