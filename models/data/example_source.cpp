#include <weft/models/data/detail/file_blocks.h>
#include <weft/models/data/example_source.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>

#include <algorithm>

namespace weft::text {

std::size_t detail::mixed(std::size_t hash, std::size_t more) { return text::hash(hash, more); }

namespace {

template <class Example>
constexpr FieldNames kNames;
template <>
constexpr FieldNames kNames<LabelledText>{"label", "text"};
template <>
constexpr FieldNames kNames<TextPair>{"source", "target"};
template <>
constexpr FieldNames kNames<std::string>{"text", ""};

void take(Record& record, LabelledText& example) { example = {std::string(trimmed(record.first)), std::move(record.second)}; }
void take(Record& record, TextPair& example) { example = {std::move(record.first), std::move(record.second)}; }
void take(Record& record, std::string& example) { example = std::move(record.first); }

// Calls `report` only for the first of a source's readers.
OnBadBytes once(const OnBadBytes& report, bool& used) { return std::exchange(used, true) ? OnBadBytes() : report; }

template <class Example>
class FileReader final : public detail::FileBlockReader<Example> {
 public:
  FileReader(std::unique_ptr<RecordReader> records, const std::string& name, detail::FileBlocks& blocks)
      : detail::FileBlockReader<Example>(blocks), records_(std::move(records)), name_(name) {}
  bool next(Example& example) override {
    if (!records_->next(record_)) return false;
    take(record_, example);
    return true;
  }
  std::string place() const override { return name_ + ":" + std::to_string(records_->line()); }

 protected:
  std::vector<LineReader*> lines() override {
    LineReader* lines = records_->lines();
    return lines ? std::vector{lines} : std::vector<LineReader*>();
  }
  bool skip() override { return records_->skip(); }

 private:
  std::unique_ptr<RecordReader> records_;
  std::string name_;
  Record record_;
};

template <class Example>
class FileSource final : public ExampleSource<Example> {
 public:
  FileSource(const std::string& path, FileOptions options) : file_(path), options_(std::move(options)) {
    if (!options_.format) options_.format = format_of_name(path);
    read_records(LineReader(nullptr, file_.name()), kNames<Example>,
                 options_);  // throws now for options that the format does not have
  }
  std::unique_ptr<ExampleReader<Example>> open() const override {
    LineReader lines(file_.open(), file_.name(), once(options_.on_bad_bytes, reported_));
    return std::make_unique<FileReader<Example>>(read_records(std::move(lines), kNames<Example>, options_), file_.name(),
                                                 blocks_);
  }

 private:
  RepeatableFile file_;
  FileOptions options_;
  mutable bool reported_ = false;
  mutable detail::FileBlocks blocks_;
};

// One sentence a line.
class Sentences {
 public:
  explicit Sentences(LineReader lines) : lines_(std::move(lines)) {}
  bool next(std::string& sentence) {
    std::string_view line;
    const bool more = lines_.next(line);
    require<FormatError>(more || lines_.line() > 0, lines_.name(), ":1: expected one sentence per line: the file is empty");
    require<FormatError>(!more || !is_blank(line), Place{lines_.name(), lines_.line()},
                         "expected one sentence per line: the line is empty: ", Excerpt{line});
    if (more) sentence = line;
    return more;
  }
  bool skip() { return lines_.skip(); }
  LineReader& lines() { return lines_; }
  std::size_t line() const { return lines_.line(); }
  const std::string& name() const { return lines_.name(); }

 private:
  LineReader lines_;
};

class ParallelReader final : public detail::FileBlockReader<TextPair> {
 public:
  ParallelReader(LineReader sources, LineReader targets, detail::FileBlocks& blocks)
      : detail::FileBlockReader<TextPair>(blocks), sources_(std::move(sources)), targets_(std::move(targets)) {}

  bool next(TextPair& pair) override {
    const bool source = sources_.next(pair.source), target = targets_.next(pair.target);
    if (source != target) refuse_lengths(source ? sources_ : targets_);
    return source;
  }
  std::string place() const override { return sources_.name() + ":" + std::to_string(sources_.line()); }

 protected:
  std::vector<LineReader*> lines() override { return {&sources_.lines(), &targets_.lines()}; }
  bool skip() override {
    const bool source = sources_.skip(), target = targets_.skip();
    if (source != target) refuse_lengths(source ? sources_ : targets_);
    return source;
  }

 private:
  void refuse_lengths(Sentences& longer) {
    const std::size_t shorter_lines = std::min(sources_.line(), targets_.line());
    std::string rest;
    while (longer.next(rest)) {
    }
    require<FormatError>(false, Place{targets_.name(), shorter_lines + 1},
                         "parallel files must have the same number of lines: ", sources_.line(), " in ", sources_.name(), ", ",
                         targets_.line(), " in ", targets_.name());
  }

  Sentences sources_, targets_;
};

class ParallelSource final : public PairSource {
 public:
  ParallelSource(const std::string& source_path, const std::string& target_path, OnBadBytes on_bad_bytes)
      : source_(source_path), target_(target_path), on_bad_bytes_(std::move(on_bad_bytes)) {
    require<ValueError>(source_.name() != "standard input" || target_.name() != "standard input",
                        "parallel files: both are standard input");
  }

  std::unique_ptr<ExampleReader<TextPair>> open() const override {
    const OnBadBytes report = once(on_bad_bytes_, reported_);
    return std::make_unique<ParallelReader>(LineReader(source_.open(), source_.name(), report),
                                            LineReader(target_.open(), target_.name(), report), blocks_);
  }

 private:
  RepeatableFile source_, target_;
  OnBadBytes on_bad_bytes_;
  mutable bool reported_ = false;
  mutable detail::FileBlocks blocks_;
};

}  // namespace

std::unique_ptr<LabelledSource> labelled_file(const std::string& path, FileOptions options) {
  return std::make_unique<FileSource<LabelledText>>(path, std::move(options));
}

std::unique_ptr<PairSource> pair_file(const std::string& path, FileOptions options) {
  return std::make_unique<FileSource<TextPair>>(path, std::move(options));
}

std::unique_ptr<TextSource> text_file(const std::string& path, FileOptions options) {
  return std::make_unique<FileSource<std::string>>(path, std::move(options));
}

std::unique_ptr<PairSource> parallel_files(const std::string& source_path, const std::string& target_path,
                                           OnBadBytes on_bad_bytes) {
  return std::make_unique<ParallelSource>(source_path, target_path, std::move(on_bad_bytes));
}

}  // namespace weft::text
