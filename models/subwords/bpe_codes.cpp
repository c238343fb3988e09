#include <weft/models/io/line_reader.h>
#include <weft/models/subwords/bpe_codes.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>

namespace weft::text {

namespace {
constexpr std::string_view kVersionLine = "#version: 0.2";
}

std::vector<std::string> to_lines(const BpeCodes& codes) {
  std::vector<std::string> lines;
  lines.reserve(codes.size());
  for (const BpeMerge& merge : codes) lines.push_back(merge.left + ' ' + merge.right);
  return lines;
}

BpeCodes bpe_codes_from_lines(const std::vector<std::string>& lines, const std::string& origin, std::size_t first_line) {
  BpeCodes codes;
  codes.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t space = lines[i].find(' ');
    const bool two_symbols = space != std::string::npos && space > 0 && space + 1 < lines[i].size() &&
                             lines[i].find(' ', space + 1) == std::string::npos;
    require<FormatError>(two_symbols, origin, ":", i + first_line,
                         ": a merge of BPE codes is two symbols with a space between them: \"", lines[i], "\"");
    codes.push_back({lines[i].substr(0, space), lines[i].substr(space + 1)});
  }
  return codes;
}

BpeCodes read_bpe_codes(const std::string& path) {
  std::vector<std::string> lines;
  LineReader reader(open_bytes(path), name_of(path), refuse_bad_bytes, false);
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  require<FormatError>(!lines.empty() && lines.front() == kVersionLine, path, ":1: BPE codes must begin with \"", kVersionLine,
                       "\", but this file begins with \"", lines.empty() ? "" : lines.front(), "\"");
  lines.erase(lines.begin());
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return bpe_codes_from_lines(lines, path, 2);
}

void write_bpe_codes(const std::string& path, const BpeCodes& codes) {
  AtomicFile file(path);
  std::string text(kVersionLine);
  for (const std::string& line : to_lines(codes)) text += '\n' + line;
  file.write(text + '\n');
  file.commit();
}

}  // namespace weft::text
