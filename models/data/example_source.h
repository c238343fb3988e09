// Sources of examples: files of any format, or memory. A source is read as often as needed and holds one example at a time, so a
// file may be larger than memory.
#pragma once

#include <weft/models/data/record_reader.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::text {

struct LabelledText {
  std::string label;  // in a file, white space around it is ignored
  std::string text;
  bool operator==(const LabelledText&) const = default;
};

struct TextPair {
  std::string source;
  std::string target;
  std::string alignment = {};  // "0-0 2-1": which words are aligned, see with_alignments(); empty if unknown
  bool operator==(const TextPair&) const = default;
};

// A block ends with the example that reaches a limit, or with the file.
struct BlockLimits {
  std::int64_t examples = 4096;
  std::size_t bytes = std::size_t{1} << 20;
  bool hash = false;  // whether hashes are needed
  bool operator==(const BlockLimits&) const = default;
};

template <class Example>
struct ExampleBlock {
  std::vector<Example> examples = {};
  std::vector<std::string> places = {};
  std::int64_t size = 0;          // the number of examples; of a block that is passed over, this alone and the hash are known
  std::size_t hash = 0;           // of what was read
  std::exception_ptr error = {};  // of reading, after these examples
};

namespace detail {
// Returns a hash of both.
std::size_t mixed(std::size_t hash, std::size_t more);
inline std::array<std::string_view, 2> parts(const LabelledText& example) { return {example.label, example.text}; }
inline std::array<std::string_view, 3> parts(const TextPair& pair) { return {pair.source, pair.target, pair.alignment}; }
inline std::array<std::string_view, 1> parts(const std::string& text) { return {text}; }
}  // namespace detail

template <class Example>
class ExampleReader {
 public:
  virtual ~ExampleReader() = default;
  // Reads the next example; returns false after the last one. Throws FormatError and IoError.
  virtual bool next(Example& example) = 0;
  // Returns the position of the last example: "train.csv:12".
  virtual std::string place() const = 0;

  // Reads the next block; returns nothing after the last one. The blocks of a source depend on the limits alone. Without `keep`
  // the examples are not needed, and need not be read; of a file, the other calls must have the same limits. Exceptions are
  // either thrown or kept in the block, and end the reading.
  virtual std::optional<ExampleBlock<Example>> next_block(const BlockLimits& limits, bool keep) {
    ExampleBlock<Example> block;
    std::size_t bytes = 0;
    try {
      for (Example example; block.size < limits.examples && bytes < limits.bytes && next(example); ++block.size) {
        for (const std::string_view part : detail::parts(example)) {
          bytes += part.size();
          if (limits.hash) block.hash = detail::mixed(block.hash, std::hash<std::string_view>()(part));
        }
        if (!keep) continue;
        block.places.push_back(place());
        block.examples.push_back(std::move(example));
      }
    } catch (...) {
      block.error = std::current_exception();
    }
    return block.size == 0 && !block.error ? std::nullopt : std::optional(std::move(block));
  }
};

template <class Example>
class ExampleSource {
 public:
  virtual ~ExampleSource() = default;
  // Returns a reader that starts at the first example. There may be several readers at a time; the source must outlive them.
  // Throws FormatError and IoError.
  virtual std::unique_ptr<ExampleReader<Example>> open() const = 0;
};

using LabelledSource = ExampleSource<LabelledText>;
using PairSource = ExampleSource<TextPair>;
using TextSource = ExampleSource<std::string>;

// A file, or standard input if the path is "-" or "/dev/stdin"; gzipped or not. `on_bad_bytes` is called only during the first
// reading of the file. Throws ValueError for options that the format does not have.
std::unique_ptr<LabelledSource> labelled_file(const std::string& path, FileOptions options = {});
std::unique_ptr<PairSource> pair_file(const std::string& path, FileOptions options = {});
// Texts without labels: from a CSV or TSV file the chosen columns, the one called "text" or the only one; from JSONL the chosen
// fields or "text".
std::unique_ptr<TextSource> text_file(const std::string& path, FileOptions options = {});

// Two files that correspond line by line. Their readers throw FormatError if a file is empty or contains an empty line, or if the
// numbers of lines differ.
std::unique_ptr<PairSource> parallel_files(const std::string& source_path, const std::string& target_path,
                                           OnBadBytes on_bad_bytes = {});

// The same pairs with the lines of a file as their alignments: "0-0 2-1" links the first word of the source to the first of the
// target and the third to the second. Words are separated by spaces, as aligners and Moses count them. A line may be empty.
// Readers throw FormatError if the numbers of lines differ. `pairs` must outlive the source.
std::unique_ptr<PairSource> with_alignments(const PairSource& pairs, const std::string& path);

// Examples in memory, which must outlive the source.
template <class Example>
class MemorySource final : public ExampleSource<Example> {
 public:
  explicit MemorySource(const std::vector<Example>& examples) : examples_(examples) {}

  std::unique_ptr<ExampleReader<Example>> open() const override { return std::make_unique<Reader>(examples_); }

 private:
  class Reader final : public ExampleReader<Example> {
   public:
    explicit Reader(const std::vector<Example>& examples) : examples_(examples) {}
    bool next(Example& example) override {
      if (at_ == examples_.size()) return false;
      example = examples_[at_++];
      return true;
    }
    std::string place() const override { return "example " + std::to_string(at_); }

   private:
    const std::vector<Example>& examples_;
    std::size_t at_ = 0;
  };

  const std::vector<Example>& examples_;
};

// All examples of the first source, then all of the second, and so on.
template <class Example>
class JoinedSource final : public ExampleSource<Example> {
 public:
  using Parts = std::vector<std::unique_ptr<ExampleSource<Example>>>;
  explicit JoinedSource(Parts parts) : parts_(std::move(parts)) {}

  const Parts& parts() const { return parts_; }
  std::unique_ptr<ExampleReader<Example>> open() const override { return std::make_unique<Reader>(parts_); }

 private:
  class Reader final : public ExampleReader<Example> {
   public:
    explicit Reader(const Parts& parts) : parts_(parts) {}
    bool next(Example& example) override {
      while (!reader_ || !reader_->next(example)) {
        if (opened_ == parts_.size()) return false;
        reader_ = parts_[opened_++]->open();
      }
      return true;
    }
    std::string place() const override { return reader_->place(); }
    std::optional<ExampleBlock<Example>> next_block(const BlockLimits& limits, bool keep) override {
      for (;;) {
        if (auto block = reader_ ? reader_->next_block(limits, keep) : std::nullopt) return block;
        if (opened_ == parts_.size()) return std::nullopt;
        reader_ = parts_[opened_++]->open();
      }
    }

   private:
    const Parts& parts_;
    std::size_t opened_ = 0;
    std::unique_ptr<ExampleReader<Example>> reader_;
  };

  Parts parts_;
};

// Called from time to time with the number of examples read.
using ShowDone = std::function<void(std::int64_t done)>;

// Reads a whole source.
template <class Example>
std::vector<Example> read_all(const ExampleSource<Example>& source) {
  std::vector<Example> examples;
  auto reader = source.open();
  for (Example example; reader->next(example);) examples.push_back(std::move(example));
  return examples;
}

}  // namespace weft::text
