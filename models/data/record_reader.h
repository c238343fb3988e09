// The formats of data files: TSV, CSV, fastText, JSONL, chat. Each has a reader that returns one record after the other and holds
// only one of them.
#pragma once

#include <weft/models/io/earlier_lines.h>
#include <weft/models/io/line_reader.h>
#include <weft/tensor/base/enum_names.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::text {

enum class FileFormat { tsv, csv, fasttext, jsonl, chat };
inline constexpr EnumName<FileFormat> kFileFormatNames[] = {{FileFormat::tsv, "tsv"},
                                                            {FileFormat::csv, "csv"},
                                                            {FileFormat::fasttext, "fasttext"},
                                                            {FileFormat::jsonl, "jsonl"},
                                                            {FileFormat::chat, "chat"}};
std::string to_string(FileFormat format);
// Returns the format by the end of the name, where "news.csv.gz" is CSV: .csv, .jsonl (and .ndjson), .fasttext (and .ft), .chat;
// all other names are TSV.
FileFormat format_of_name(std::string_view path);
// Returns whether the name ends in one of these, or in .tsv.
bool names_a_format(std::string_view path);

enum class Header { automatic, yes, no };
inline constexpr EnumName<Header> kHeaderNames[] = {{Header::automatic, "auto"}, {Header::yes, "yes"}, {Header::no, "no"}};

struct FileOptions {
  std::optional<FileFormat> format = {};  // default: by the file's name
  // The columns of each record: first the label (the source), then the text (the target), which may consist of several columns,
  // joined by a space. CSV and TSV: names in the header, or numbers from 1; JSONL: names of fields. If empty: "label" and "text"
  // ("source" and "target") if a header has both, otherwise the only two columns.
  std::vector<std::string> columns = {};
  Header header = Header::automatic;       // CSV and TSV; automatic: the first row is a header if it contains the columns' names
  std::string label_prefix = "__label__";  // fastText
  ContextOptions context = {};             // chat: what precedes each line that is answered
  OnBadBytes on_bad_bytes = {};
};

// The names of the two parts of a record; the second is "" if records have one part.
struct FieldNames {
  std::string_view first, second;
  bool is_one() const { return second.empty(); }
};

struct Record {
  std::string first, second;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Reads the next record; returns false after the last one. Throws FormatError "file:line: the rule: the value" if the file
  // violates its format or contains no record, IoError if it cannot be read.
  virtual bool next(Record& record) = 0;
  // Moves past the next record, which is not the first; returns false after the last one. May omit checks of the record.
  virtual bool skip() {
    Record record;
    return next(record);
  }
  // Returns the line where the last record begins, from 1.
  virtual std::size_t line() const = 0;
  // Returns the reader of the lines, if their position and the first record determine the next record, or else null.
  virtual LineReader* lines() { return nullptr; }
};

// Returns a reader for the format in the options, which must be set. Throws ValueError for options that the format does not have.
std::unique_ptr<RecordReader> read_records(LineReader lines, const FieldNames& names, const FileOptions& options);

// The reader of each format.
std::unique_ptr<RecordReader> read_tsv(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_csv(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_fasttext(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_jsonl(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_chat(LineReader lines, const FieldNames& names, const FileOptions& options);

}  // namespace weft::text
