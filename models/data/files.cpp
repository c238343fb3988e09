#include <weft/models/data/files.h>

namespace weft::text {

namespace {

OnBadBytes append_to(BadBytesReport* report) {
  if (!report) return {};
  return [report](const BadBytes& bad) { report->push_back(bad); };
}

}  // namespace

std::vector<std::string> read_lines(const std::string& path, BadBytesReport* report) {
  LineReader reader(open_bytes(path), name_of(path), append_to(report));
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  return lines;
}

std::vector<LabelledText> read_labelled(const std::string& path, BadBytesReport* report) {
  return read_all(*labelled_file(path, {.on_bad_bytes = append_to(report)}));
}

std::vector<TextPair> read_pairs(const std::string& path, BadBytesReport* report) {
  return read_all(*pair_file(path, {.on_bad_bytes = append_to(report)}));
}

std::vector<TextPair> read_parallel(const std::string& source_path, const std::string& target_path, BadBytesReport* report) {
  return read_all(*parallel_files(source_path, target_path, append_to(report)));
}

}  // namespace weft::text
