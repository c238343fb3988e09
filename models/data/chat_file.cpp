#include <weft/models/data/record_reader.h>
#include <weft/models/io/earlier_lines.h>
#include <weft/models/io/place.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

namespace {

// Lines and answers alternate; an empty line separates conversations.
class ChatReader final : public RecordReader {
 public:
  ChatReader(LineReader lines, const ContextOptions& context) : lines_(std::move(lines)), earlier_(context) {}

  bool next(Record& record) override {
    std::string_view text;
    bool more = lines_.next(text);
    for (; more && is_blank(text); more = lines_.next(text)) earlier_.forget();
    require<FormatError>(more || found_, lines_.name(), ":1: expected lines and answers in turn: the file is empty");
    if (!more) return false;
    found_ = true;
    line_ = lines_.line();
    std::string said(text);
    require<FormatError>(lines_.next(text) && !is_blank(text), Place{lines_.name(), line_},
                         "expected an answer after the line: ", Excerpt{said});
    record = {earlier_.before(said), std::string(text)};
    earlier_.add(std::move(said));
    earlier_.add(record.second);
    return true;
  }
  std::size_t line() const override { return line_; }

 private:
  LineReader lines_;
  EarlierLines earlier_;
  std::size_t line_ = 0;
  bool found_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> read_chat(LineReader lines, const FieldNames& names, const FileOptions& options) {
  require<ValueError>(names.first == "source", "format chat: it has lines and answers, not ", names.first,
                      names.is_one() ? " alone" : " and ", names.second);
  require_option(options.columns.empty(), "format chat: it has no ", OptionName{"columns"}, ", got \"",
                 options.columns.empty() ? "" : options.columns[0], "\"");
  return std::make_unique<ChatReader>(std::move(lines), options.context);
}

}  // namespace weft::text
