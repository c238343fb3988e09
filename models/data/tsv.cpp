#include <weft/models/data/detail/columns.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <utility>

namespace weft::text {

namespace {

// Lines of first<TAB>second, or in the opposite order if a header says so.
class TsvReader final : public RecordReader {
 public:
  TsvReader(LineReader lines, const FieldNames& names, Header header)
      : lines_(std::move(lines)), names_(names), header_(header) {}

  bool next(Record& record) override {
    std::string_view line;
    bool more = lines_.next(line);
    if (more && !begun_ && begin(line)) more = lines_.next(line);
    begun_ = true;
    require<FormatError>(more || found_, lines_.name(), ":1: expected lines of ", names_.first, "<TAB>", names_.second,
                         ": the file ", lines_.line() == 0 ? "is empty" : "has nothing below its header");
    if (more) split(line, Place{lines_.name(), lines_.line()}, record);
    found_ = true;
    return more;
  }
  bool skip() override { return lines_.skip(); }
  std::size_t line() const override { return lines_.line(); }
  LineReader* lines() override { return &lines_; }

 private:
  // Inspects the first line; returns true if it is a header.
  bool begin(std::string_view line) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view left = line.substr(0, tab), right = line.substr(std::min(tab + 1, line.size()));
    auto is = [&](std::string_view first, std::string_view second) {
      return header_ != Header::no && same_name(left, first) && same_name(right, second);
    };
    for (std::string_view name : {names_.first, names_.second})
      require<FormatError>(!is(name, name), Place{lines_.name(), lines_.line()}, "the header names the column ", name,
                           " twice: ", Excerpt{line});
    swapped_ = is(names_.second, names_.first);
    const bool header = header_ == Header::yes || swapped_ || is(names_.first, names_.second);
    if (header) header_line_ = line;
    return header;
  }

  // Whether a line below the first one is a header: the file's own, or one with the names.
  bool is_joined_header(const Record& record, std::string_view line) const {
    if (!header_line_.empty() && line == header_line_) return true;
    auto is = [&](std::string_view first, std::string_view second) {
      return same_name(record.first, first) && same_name(record.second, second);
    };
    return header_ == Header::automatic && (is(names_.first, names_.second) || is(names_.second, names_.first));
  }

  void split(std::string_view line, Place at, Record& record) const {
    const auto tabs = std::count(line.begin(), line.end(), '\t');
    require<FormatError>(tabs > 0, at, "expected ", names_.first, "<TAB>", names_.second, ", found no tab: ", Excerpt{line});
    require<FormatError>(tabs == 1, at, "expected ", names_.first, "<TAB>", names_.second, ", found ", tabs,
                         " tabs: ", Excerpt{line});
    const std::size_t tab = line.find('\t');
    record = {std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))};
    if (swapped_) std::swap(record.first, record.second);
    require<FormatError>(!is_blank(record.first), at, "the ", names_.first, " is empty: ", Excerpt{line});
    require<FormatError>(!is_blank(record.second), at, "the ", names_.second, " is empty: ", Excerpt{line});
    require<FormatError>(!is_joined_header(record, line), at,
                         "a header below the first line: were files joined? (--header no reads it as a record): ", Excerpt{line});
  }

  LineReader lines_;
  FieldNames names_;
  Header header_;
  std::string header_line_;  // empty if the file has none
  bool swapped_ = false, begun_ = false, found_ = false;
};

// Lines of fields between tabs, of which the chosen ones are read.
class TsvColumnsReader final : public RecordReader {
 public:
  TsvColumnsReader(LineReader lines, const FieldNames& names, const FileOptions& options)
      : lines_(std::move(lines)), columns_(names, options) {}

  bool next(Record& record) override {
    std::string_view line;
    bool more = lines_.next(line);
    if (more && !begun_) {
      split(line);
      if (columns_.begin(row_, Place{lines_.name(), lines_.line()})) more = lines_.next(line);
    }
    begun_ = true;
    require<FormatError>(more || found_, lines_.name(), ":1: expected lines of fields between tabs: the file ",
                         lines_.line() == 0 ? "is empty" : "has nothing below its header");
    found_ = true;
    if (!more) return false;
    split(line);
    columns_.take(row_, line, Place{lines_.name(), lines_.line()}, record);
    return true;
  }
  bool skip() override { return lines_.skip(); }
  std::size_t line() const override { return lines_.line(); }
  LineReader* lines() override { return &lines_; }

 private:
  void split(std::string_view line) {
    row_.clear();
    for (;;) {
      const std::size_t tab = line.find('\t');
      row_.emplace_back(line.substr(0, tab));
      if (tab == std::string_view::npos) return;
      line.remove_prefix(tab + 1);
    }
  }

  LineReader lines_;
  Columns columns_;
  std::vector<std::string> row_;
  bool begun_ = false, found_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> read_tsv(LineReader lines, const FieldNames& names, const FileOptions& options) {
  if (options.columns.empty() && !names.is_one()) return std::make_unique<TsvReader>(std::move(lines), names, options.header);
  return std::make_unique<TsvColumnsReader>(std::move(lines), names, options);
}

}  // namespace weft::text
