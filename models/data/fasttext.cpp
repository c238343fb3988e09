#include <weft/models/data/record_reader.h>
#include <weft/models/io/place.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/base/error.h>

#include <utility>

namespace weft::text {

namespace {

constexpr std::string_view kSpace = " \t\v\f\r";

// Lines of `__label__topic words of the text`, the format of fastText's supervised mode. The label may be anywhere in the line.
class FasttextReader final : public RecordReader {
 public:
  FasttextReader(LineReader lines, std::string prefix) : lines_(std::move(lines)), prefix_(std::move(prefix)) {}

  bool next(Record& record) override {
    std::string_view line;
    const bool more = lines_.next(line);
    require<FormatError>(more || found_, lines_.name(), ":1: expected lines of ", prefix_, "label text: the file is empty");
    found_ = true;
    if (more) split(line, record);
    return more;
  }
  bool skip() override { return lines_.skip(); }
  std::size_t line() const override { return lines_.line(); }
  LineReader* lines() override { return &lines_; }

 private:
  void split(std::string_view line, Record& record) const {
    const Place at{lines_.name(), lines_.line()};
    std::string_view label, before, behind;
    std::size_t labels = 0;
    for (std::size_t begin = line.find_first_not_of(kSpace); begin != std::string_view::npos;) {
      const std::size_t end = std::min(line.find_first_of(kSpace, begin), line.size());
      const std::string_view word = line.substr(begin, end - begin);
      if (word.starts_with(prefix_) && ++labels == 1) {
        label = word.substr(prefix_.size());
        before = trimmed(line.substr(0, begin));
        behind = trimmed(line.substr(end));
      }
      begin = line.find_first_not_of(kSpace, end);
    }
    require<FormatError>(labels > 0, at, "expected ", prefix_, "label text, found no label: ", Excerpt{line});
    require<FormatError>(labels == 1, at, "expected one label, found ", labels, ": ", Excerpt{line});
    require<FormatError>(!label.empty(), at, "the label is empty: ", Excerpt{line});
    record.first = label;
    record.second = before;
    if (!before.empty() && !behind.empty()) record.second += ' ';
    record.second += behind;
    require<FormatError>(!record.second.empty(), at, "the text is empty: ", Excerpt{line});
  }

  LineReader lines_;
  std::string prefix_;
  bool found_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> read_fasttext(LineReader lines, const FieldNames& names, const FileOptions& options) {
  require<ValueError>(names.first == "label", "format fasttext: it has labels, not ", names.first,
                      names.is_one() ? " alone" : " and ", names.second);
  require_option(options.columns.empty(), "format fasttext: it has no ", OptionName{"columns"}, ", got \"",
                 options.columns.empty() ? "" : options.columns[0], "\"");
  require<ValueError>(!options.label_prefix.empty(), "format fasttext: the prefix of labels is empty");
  return std::make_unique<FasttextReader>(std::move(lines), options.label_prefix);
}

}  // namespace weft::text
