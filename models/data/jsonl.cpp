#include <weft/models/data/detail/record_parts.h>
#include <weft/models/options/option_error.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace weft::text {

namespace {

using Json = nlohmann::json;

// Extracts the values of some fields from an object while it is parsed.
class PickFields final : public Json::json_sax_t {
 public:
  explicit PickFields(std::vector<std::string> names) : names_(std::move(names)), values_(names_.size()) {}

  void reset() {
    for (auto& value : values_) value.reset();
    depth_ = 0;
    wanted_ = names_.size();
    error_.clear();
  }
  const std::vector<std::string>& names() const { return names_; }
  const std::optional<std::string>& value(std::size_t i) const { return values_[i]; }
  const std::string& error() const { return error_; }

  bool string(string_t& text) override { return take(text); }
  bool number_integer(number_integer_t number) override { return take(std::to_string(number)); }
  bool number_unsigned(number_unsigned_t number) override { return take(std::to_string(number)); }
  bool number_float(number_float_t, const string_t& written) override { return take(written); }
  bool boolean(bool value) override { return take(value ? "true" : "false"); }
  bool null() override { return refuse("null"); }
  bool binary(binary_t&) override { return refuse("binary"); }
  bool start_object(std::size_t) override { return (depth_ == 0 || refuse("an object")) && ++depth_; }
  bool start_array(std::size_t) override { return refuse("an array") && ++depth_; }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    wanted_ = names_.size();
    if (depth_ != 1) return true;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name) wanted_ = i;
    if (wanted_ == names_.size() || !values_[wanted_]) return true;
    error_ = "the field \"" + name + "\" occurs twice";
    return false;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error ...; last read: ..."
    std::string_view message = error.what();
    if (constexpr int kNumberOverflow = 406; error.id == kNumberOverflow) {
      // "[json.exception.out_of_range.406] number overflow parsing '1e400'"
      message.remove_prefix(std::min(message.find('\''), message.size()));
      constexpr std::size_t kMost = 60;
      error_ = "a number is out of range: " + std::string(message.substr(0, kMost)) + (message.size() > kMost ? "...'" : "");
      return false;
    }
    message.remove_prefix(std::min(message.find("column "), message.size()));
    error_ = "this is not JSON: " + std::string(message.substr(0, message.find("; last read")));
    return false;
  }

 private:
  bool take(std::string text) {
    if (depth_ == 0) return refuse("a value");
    if (depth_ == 1 && wanted_ < names_.size()) values_[wanted_] = std::move(text);
    wanted_ = names_.size();
    return true;
  }
  // Returns false and stores the reason if a string is required.
  bool refuse(const char* what) {
    if (depth_ == 0)
      error_ = std::string("expected one object per line, found ") + what;
    else if (depth_ == 1 && wanted_ < names_.size())
      error_ = "the field \"" + names_[wanted_] + "\" is " + what + ", not a string";
    return error_.empty();
  }
  bool leave() {
    --depth_;
    wanted_ = names_.size();
    return true;
  }

  std::vector<std::string> names_;
  std::vector<std::optional<std::string>> values_;
  std::size_t depth_ = 0, wanted_ = 0;
  std::string error_;
};

// One JSON object a line.
class JsonlReader final : public RecordReader {
 public:
  JsonlReader(LineReader lines, const FieldNames& names, std::vector<std::string> fields)
      : lines_(std::move(lines)), names_(names), fields_(std::move(fields)) {}

  bool next(Record& record) override {
    std::string_view line;
    const bool more = lines_.next(line);
    require<FormatError>(more || found_, lines_.name(), ":1: expected one JSON object per line: the file is empty");
    found_ = true;
    if (more) pick(line, record);
    return more;
  }
  bool skip() override { return lines_.skip(); }
  std::size_t line() const override { return lines_.line(); }
  LineReader* lines() override { return &lines_; }

 private:
  void pick(std::string_view line, Record& record) {
    const Place at{lines_.name(), lines_.line()};
    require<FormatError>(!is_blank(line), at, "expected one JSON object per line: the line is empty");
    fields_.reset();
    const bool read = Json::sax_parse(line.begin(), line.end(), &fields_);
    require<FormatError>(read, at, fields_.error(), ": ", Excerpt{line});
    for (std::size_t i = 0; i < fields_.names().size(); ++i)
      require<FormatError>(fields_.value(i).has_value(), at, "there is no field \"", fields_.names()[i], "\": ", Excerpt{line});
    set_parts(
        record, names_, fields_.names().size(), [&](std::size_t i) -> const std::string& { return *fields_.value(i); }, at, line);
  }

  LineReader lines_;
  FieldNames names_;
  PickFields fields_;
  bool found_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> read_jsonl(LineReader lines, const FieldNames& names, const FileOptions& options) {
  std::vector<std::string> fields = options.columns;
  if (fields.empty()) {
    fields = {std::string(names.first)};
    if (!names.is_one()) fields.emplace_back(names.second);
  }
  require_option(std::find(fields.begin(), fields.end(), "") == fields.end(), OptionName{"columns"},
                 ": \"\" is not the name of a field");
  require_option(names.is_one() || fields.size() >= 2, OptionName{"columns"}, ": expected one for the ", names.first,
                 " and at least one for the ", names.second, ", got \"", fields[0], "\" alone");
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const auto first = static_cast<std::size_t>(std::find(fields.begin(), fields.end(), fields[i]) - fields.begin());
    require_option(first == i, OptionName{"columns"}, ": ", fields[i], " is named twice, as ", part_name(names, first),
                   " and as ", part_name(names, i));
  }
  return std::make_unique<JsonlReader>(std::move(lines), names, std::move(fields));
}

}  // namespace weft::text
