#include <weft/models/data/example_source.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

namespace {

class AlignedReader final : public ExampleReader<TextPair> {
 public:
  AlignedReader(std::unique_ptr<ExampleReader<TextPair>> pairs, LineReader alignments)
      : pairs_(std::move(pairs)), alignments_(std::move(alignments)) {}

  bool next(TextPair& pair) override {
    std::string_view line;
    const bool more = pairs_->next(pair), aligned = alignments_.next(line);
    require<FormatError>(more || !aligned, Place{alignments_.name(), alignments_.line()},
                         "there are more alignments than pairs: ", Excerpt{line});
    require<FormatError>(!more || aligned, alignments_.name(), ": ", alignments_.line(), " alignments, none for the pair at ",
                         pairs_->place());
    if (more) pair.alignment = line;
    return more;
  }
  std::string place() const override { return alignments_.name() + ":" + std::to_string(alignments_.line()); }

 private:
  std::unique_ptr<ExampleReader<TextPair>> pairs_;
  LineReader alignments_;
};

class AlignedSource final : public PairSource {
 public:
  AlignedSource(const PairSource& pairs, const std::string& path) : pairs_(pairs), file_(path) {}
  std::unique_ptr<ExampleReader<TextPair>> open() const override {
    return std::make_unique<AlignedReader>(pairs_.open(), LineReader(file_.open(), file_.name()));
  }

 private:
  const PairSource& pairs_;
  RepeatableFile file_;
};

}  // namespace

std::unique_ptr<PairSource> with_alignments(const PairSource& pairs, const std::string& path) {
  return std::make_unique<AlignedSource>(pairs, path);
}

}  // namespace weft::text
