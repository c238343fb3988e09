#include <weft/models/text/columns.h>
#include <weft/tensor/error.h>

#include <algorithm>
#include <utility>

namespace weft::text {

namespace {

// Lines of first<TAB>second.
class TsvReader final : public RecordReader {
 public:
  TsvReader(LineReader lines, const FieldNames& names, Header header)
      : lines_(std::move(lines)), names_(names), header_(header == Header::yes) {}

  bool next(Record& record) override {
    std::string_view line;
    bool more = lines_.next(line);
    if (more && header_) more = lines_.next(line);
    header_ = false;
    require<FormatError>(more || found_, lines_.name(), ":1: expected lines of ", names_.first, "<TAB>", names_.second,
                         ": the file is empty");
    if (more) split(line, Place{lines_.name(), lines_.line()}, record);
    found_ = true;
    return more;
  }
  std::size_t line() const override { return lines_.line(); }

 private:
  void split(std::string_view line, Place at, Record& record) const {
    const auto tabs = std::count(line.begin(), line.end(), '\t');
    require<FormatError>(tabs > 0, at, "expected ", names_.first, "<TAB>", names_.second, ", found no tab: ", Excerpt{line});
    require<FormatError>(tabs == 1, at, "expected ", names_.first, "<TAB>", names_.second, ", found ", tabs,
                         " tabs: ", Excerpt{line});
    const std::size_t tab = line.find('\t');
    record.first = line.substr(0, tab);
    record.second = line.substr(tab + 1);
    require<FormatError>(!is_blank(record.first), at, "the ", names_.first, " is empty: ", Excerpt{line});
    require<FormatError>(!is_blank(record.second), at, "the ", names_.second, " is empty: ", Excerpt{line});
  }

  LineReader lines_;
  FieldNames names_;
  bool header_, found_ = false;
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
  std::size_t line() const override { return lines_.line(); }

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
  if (options.columns.empty()) return std::make_unique<TsvReader>(std::move(lines), names, options.header);
  return std::make_unique<TsvColumnsReader>(std::move(lines), names, options);
}

}  // namespace weft::text
