#include <weft/models/data/record_reader.h>
#include <weft/tensor/base/error.h>

#include <array>
#include <utility>

namespace weft::text {

namespace {

constexpr std::array<std::pair<std::string_view, FileFormat>, 5> kFormats{{{"tsv", FileFormat::tsv},
                                                                           {"csv", FileFormat::csv},
                                                                           {"fasttext", FileFormat::fasttext},
                                                                           {"jsonl", FileFormat::jsonl},
                                                                           {"chat", FileFormat::chat}}};
constexpr std::array<std::pair<std::string_view, Header>, 3> kHeaders{
    {{"auto", Header::automatic}, {"yes", Header::yes}, {"no", Header::no}}};

template <class Names, class Kind>
std::string name_in(const Names& names, Kind kind) {
  for (const auto& [name, value] : names)
    if (value == kind) return std::string(name);
  return "";
}

}  // namespace

std::string to_string(FileFormat format) { return name_in(kFormats, format); }

FileFormat file_format_from_string(std::string_view name) {
  for (const auto& [known, format] : kFormats)
    if (known == name) return format;
  throw ValueError("format is \"" + std::string(name) + "\", not tsv, csv, fasttext, jsonl or chat");
}

std::string to_string(Header header) { return name_in(kHeaders, header); }

Header header_from_string(std::string_view name) {
  for (const auto& [known, header] : kHeaders)
    if (known == name) return header;
  throw ValueError("header is \"" + std::string(name) + "\", not auto, yes or no");
}

bool names_a_format(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return path.ends_with(".tsv") || format_of_name(path) != FileFormat::tsv;
}

FileFormat format_of_name(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  if (path.ends_with(".csv")) return FileFormat::csv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return FileFormat::jsonl;
  if (path.ends_with(".fasttext") || path.ends_with(".ft")) return FileFormat::fasttext;
  if (path.ends_with(".chat")) return FileFormat::chat;
  return FileFormat::tsv;
}

std::unique_ptr<RecordReader> read_records(LineReader lines, const FieldNames& names, const FileOptions& options) {
  const FileFormat format = options.format.value_or(FileFormat::tsv);
  require<ValueError>(format == FileFormat::chat || options.context == ContextOptions{},
                      "context and separator are for the format chat, not for ", to_string(format), ": ", lines.name());
  switch (format) {
    case FileFormat::csv:
      return read_csv(std::move(lines), names, options);
    case FileFormat::fasttext:
      return read_fasttext(std::move(lines), names, options);
    case FileFormat::jsonl:
      return read_jsonl(std::move(lines), names, options);
    case FileFormat::chat:
      return read_chat(std::move(lines), names, options);
    default:
      return read_tsv(std::move(lines), names, options);
  }
}

}  // namespace weft::text
