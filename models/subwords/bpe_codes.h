// Byte pair encoding (Sennrich, Haddow, Birch: Neural Machine Translation of Rare Words with Subword Units, 2016): the merges
// that split words into pieces. Files of codes, learning and segmentation are those of the subword-nmt program, version 0.2.
#pragma once

#include <string>
#include <vector>

namespace weft::text {

// Two neighbouring symbols that become one. A symbol at the end of a word ends in </w>.
struct BpeMerge {
  std::string left, right;
  bool operator==(const BpeMerge&) const = default;
};

inline constexpr const char* kEndOfWord = "</w>";

// The merges in the order in which they were learnt and are applied.
using BpeCodes = std::vector<BpeMerge>;

// Reads and writes files with a first line "#version: 0.2" and then lines of "left right". Reading throws IoError, and
// FormatError for another version or a line that is not two symbols with a space between them; writing throws IoError.
BpeCodes read_bpe_codes(const std::string& path);
void write_bpe_codes(const std::string& path, const BpeCodes& codes);

// Converts codes to the same lines, without the first one, and back. The latter throws FormatError, which begins with `origin`
// and names the wrong line; the first one is numbered `first_line`.
std::vector<std::string> to_lines(const BpeCodes& codes);
BpeCodes bpe_codes_from_lines(const std::vector<std::string>& lines, const std::string& origin, std::size_t first_line = 1);

}  // namespace weft::text
