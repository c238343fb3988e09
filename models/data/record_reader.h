// The formats of data files: TSV, CSV, fastText, JSONL, chat. Each has a reader that gives one record after the other and holds
// no more than one of them.
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
FileFormat file_format_from_string(std::string_view name);  // its inverse; throws ValueError on any other name
// By the end of the name, "news.csv.gz" being CSV: .csv, .jsonl (and .ndjson), .fasttext (and .ft), .chat; all others are
// TSV.
FileFormat format_of_name(std::string_view path);
// Whether the end of the name is one of these, or .tsv.
bool names_a_format(std::string_view path);

enum class Header { automatic, yes, no };
inline constexpr EnumName<Header> kHeaderNames[] = {{Header::automatic, "auto"}, {Header::yes, "yes"}, {Header::no, "no"}};
std::string to_string(Header header);
Header header_from_string(std::string_view name);  // its inverse; throws ValueError on any other name

struct FileOptions {
  std::optional<FileFormat> format = {};  // unset: by the file's name
  // What is read of each record: first the label (the source), then the text (the target), which several columns joined by a
  // space can make up. CSV and TSV: names in the header, or numbers from 1; JSONL: names of fields. Empty: "label" and "text"
  // ("source" and "target") where a header has both, or else the two columns that there are.
  std::vector<std::string> columns = {};
  Header header = Header::automatic;       // CSV and TSV; automatic: there is one when it holds the columns' names
  std::string label_prefix = "__label__";  // fastText
  ContextOptions context = {};             // chat: what stands before each line that is answered
  OnBadBytes on_bad_bytes = {};
};

// What the two parts of a record are called; "" for the second where records have one part, which columns make up.
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
  // The next record; false behind the last one. Throws FormatError "file:line: the rule: the value" when the file breaks its
  // format or holds no record, IoError when it cannot be read.
  virtual bool next(Record& record) = 0;
  // Where the last record begins, from 1.
  virtual std::size_t line() const = 0;
};

// A reader of the format that the options say, which is set. Throws ValueError for options that the format does not take.
std::unique_ptr<RecordReader> read_records(LineReader lines, const FieldNames& names, const FileOptions& options);

// The reader of each format.
std::unique_ptr<RecordReader> read_tsv(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_csv(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_fasttext(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_jsonl(LineReader lines, const FieldNames& names, const FileOptions& options);
std::unique_ptr<RecordReader> read_chat(LineReader lines, const FieldNames& names, const FileOptions& options);

}  // namespace weft::text
