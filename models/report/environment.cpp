#include <weft/models/report/environment.h>
#include <weft/tensor/runtime/isa.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

namespace weft::report {

namespace {

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "g++ " __VERSION__;
#else
  return "unknown";
#endif
}

// Returns the name of the processor as Linux reports it, or "".
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    return colon == std::string::npos ? "" : line.substr(colon + 2);
  }
  return "";
}

}  // namespace

std::string version() { return WEFT_VERSION; }

std::vector<std::pair<std::string, std::string>> environment() {
  std::vector<std::pair<std::string, std::string>> facts{{"weft", version()},
                                                         {"compiler", compiler()},
                                                         {"instruction set", isa_name(isa())},
                                                         {"threads", std::to_string(threads())}};
  if (std::string name = processor(); !name.empty()) facts.emplace_back("processor", name);
  return facts;
}

std::string command_line(std::span<const std::string> words) {
  constexpr std::string_view plain = "-_./:=,+@%";
  auto is_plain = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || plain.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace weft::report
