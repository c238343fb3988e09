#include <weft/models/data/record_reader.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/base/error.h>

#include <utility>

namespace weft::text {

std::string to_string(FileFormat format) { return name_in(kFileFormatNames, format); }

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
  require_option(format == FileFormat::chat || options.context == ContextOptions{}, OptionName{"context"}, " and ",
                 OptionName{"separator"}, " are for the format chat, not for ", to_string(format), ": ", lines.name());
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
