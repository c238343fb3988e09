#include <weft/models/data/detail/columns.h>
#include <weft/tensor/base/error.h>

#include <utility>

namespace weft::text {

namespace {

// Comma-separated values by RFC 4180: a field that begins with a quote ends with one, may contain commas and line breaks, and has
// its own quotes doubled. A first line "sep=;", as Excel writes it, sets another separator.
class CsvReader final : public RecordReader {
 public:
  CsvReader(LineReader lines, const FieldNames& names, const FileOptions& options)
      : lines_(std::move(lines)), columns_(names, options) {}

  bool next(Record& record) override {
    bool more = read_row();
    if (more && !begun_ && takes_separator()) more = read_row();
    if (more && !begun_ && columns_.begin(row_, place())) more = read_row();
    begun_ = true;
    require<FormatError>(more || found_, lines_.name(), ":1: expected comma-separated values: the file ",
                         lines_.line() == 0 ? "is empty" : "has nothing below its header");
    found_ = true;
    if (more) columns_.take(row_, written(), place(), record);
    return more;
  }
  std::size_t line() const override { return first_line_; }
  LineReader* lines() override { return &lines_; }

 private:
  Place place() const { return {lines_.name(), first_line_}; }
  std::string_view written() const { return std::string_view(record_).substr(0, content_); }

  // Returns whether the last line read is "sep=" and a character, and sets the separator.
  bool takes_separator() {
    std::string_view line = written();
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    constexpr std::string_view kBegin = "sep=";
    if (line.size() != kBegin.size() + 1 || !line.starts_with(kBegin)) return false;
    const char separator = line.back();
    require<FormatError>(separator != '"', place(), "a quote cannot separate fields: ", Excerpt{line});
    separator_ = separator;
    return true;
  }

  // Appends the next line, with its end, to the record; returns false after the last one.
  bool read_line() {
    std::string_view line;
    if (!lines_.next_with_end(line)) return false;
    record_ += line;
    require<FormatError>(record_.size() <= kLongestLine, place(), "the record that begins here is longer than ",
                         kLongestLine >> 20, " MiB: is a closing quote missing?");
    content_ = record_.size();
    if (content_ > 0 && record_[content_ - 1] == '\n') --content_;
    if (content_ > 0 && record_[content_ - 1] == '\r') --content_;
    return true;
  }

  bool read_row() {
    record_.clear();
    first_line_ = lines_.line() + 1;
    if (!read_line()) return false;
    require<FormatError>(content_ > 0, place(), "expected comma-separated values: the line is empty");
    std::size_t at = 0, count = 0;
    for (;;) {
      if (count == row_.size()) row_.emplace_back();
      std::string& field = row_[count++];
      field.clear();
      at = at < content_ && record_[at] == '"' ? read_quoted(at + 1, field) : read_plain(at, field);
      if (at >= content_) break;
      ++at;  // the separator
    }
    row_.resize(count);
    return true;
  }

  // Both read a field that begins at `at` and return its end: a separator or the end of the record.
  std::size_t read_plain(std::size_t at, std::string& field) const {
    const std::size_t end = std::min(record_.find(separator_, at), content_);
    field.assign(record_, at, end - at);
    require<FormatError>(field.find('"') == std::string::npos, place(),
                         "a quote inside a field that does not begin with one: ", Excerpt{field});
    return end;
  }
  std::size_t read_quoted(std::size_t at, std::string& field) {
    for (;;) {
      const std::size_t quote = record_.find('"', at);
      if (quote == std::string::npos) {
        field.append(record_, at);
        at = record_.size();
        require<FormatError>(read_line(), place(), "a quoted field has no closing quote: ", Excerpt{field});
        continue;
      }
      field.append(record_, at, quote - at);
      at = quote + 1;
      if (at >= content_ || record_[at] == separator_) return at;
      require<FormatError>(record_[at] == '"', place(), "expected a ", separator_ == ',' ? "comma" : "separator",
                           " behind a closing quote: ", Excerpt{written().substr(quote)});
      field += '"';
      ++at;
    }
  }

  LineReader lines_;
  Columns columns_;
  std::string record_;       // as it is in the file
  std::size_t content_ = 0;  // where its last line ends, without LF or CRLF
  std::size_t first_line_ = 0;
  char separator_ = ',';
  std::vector<std::string> row_;
  bool begun_ = false, found_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> read_csv(LineReader lines, const FieldNames& names, const FileOptions& options) {
  return std::make_unique<CsvReader>(std::move(lines), names, options);
}

}  // namespace weft::text
