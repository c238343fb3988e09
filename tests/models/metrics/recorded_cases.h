// Test cases that scripts in tests/reference recorded from other programs.
#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace weft::test {

inline nlohmann::json recorded_cases(const std::string& file) {
  std::ifstream stream(WEFT_SOURCE_DIR "/tests/reference/" + file);
  return nlohmann::json::parse(stream);
}

}  // namespace weft::test
