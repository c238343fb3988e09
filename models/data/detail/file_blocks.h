// Blocks of examples in files: where each begins is known after the first reading, so that a reader can go to those it needs.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/line_reader.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace weft::text::detail {

struct FileBlock {
  std::int64_t size = 0;
  std::size_t hash = 0;
  std::vector<LinePosition> end;  // in each file
};

// The blocks of a source, for all of its readers.
class FileBlocks {
 public:
  using List = std::shared_ptr<const std::vector<FileBlock>>;

  // Null until a reader with the same limits has come to the end.
  List find(const BlockLimits& limits) const {
    const std::lock_guard lock(mutex_);
    return limits == limits_ ? blocks_ : nullptr;
  }
  void set(const BlockLimits& limits, std::vector<FileBlock> blocks) {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
    blocks_ = std::make_shared<const std::vector<FileBlock>>(std::move(blocks));
  }

 private:
  mutable std::mutex mutex_;
  BlockLimits limits_;
  List blocks_;
};

// A reader of files. If blocks are hashed, which is for several ranks, the first reading finds where they begin, and passes over
// those that are not kept without parsing them; later ones do not even read them.
template <class Example>
class FileBlockReader : public ExampleReader<Example> {
 public:
  explicit FileBlockReader(FileBlocks& shared) : shared_(shared) {}

  std::optional<ExampleBlock<Example>> next_block(const BlockLimits& limits, bool keep) final {
    if (!limits.hash || lines().empty()) return ExampleReader<Example>::next_block(limits, keep);
    if (number_ == 0) start(limits);
    if (known_ && number_ < known_->size() && !keep) {
      const FileBlock& known = (*known_)[number_++];
      return ExampleBlock<Example>{.size = known.size, .hash = known.hash};
    }
    if (known_) go_to_block();
    ExampleBlock<Example> block;
    try {
      read(limits, keep, block);
    } catch (...) {
      block.error = std::current_exception();
    }
    for (LineReader* lines : lines_) block.hash = mixed(block.hash, lines->take_hash());
    const bool ended = block.size == 0 && !block.error;
    if (!known_ && can_go_)
      ended ? shared_.set(limits, std::move(found_)) : found_.push_back({block.size, block.hash, positions()});
    reached_ = ++number_;
    return ended ? std::nullopt : std::optional(std::move(block));
  }

 protected:
  // The readers of the files' lines, if nothing but their positions and the first example determines what comes next; else empty.
  virtual std::vector<LineReader*> lines() = 0;
  // Moves past the next example, which is not the first; returns false after the last one. May omit checks of the example.
  virtual bool skip() = 0;

 private:
  void start(const BlockLimits& limits) {
    lines_ = lines();
    for (LineReader* lines : lines_) lines->hash_lines();
    can_go_ = !lines_.empty() && std::ranges::all_of(lines_, [](const LineReader* lines) { return lines->can_go(); });
    if (can_go_) known_ = shared_.find(limits);
  }

  // Goes to the start of the block `number_`, or to the end behind the last one. The first example is read for what it says
  // about the others, such as by a header before it.
  void go_to_block() {
    if (reached_ == number_) return;
    if (reached_ == 0) {
      Example first;
      this->next(first);
    }
    const auto& begin = (*known_)[number_ - 1].end;
    const auto& end = number_ < known_->size() ? (*known_)[number_].end : begin;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      lines_[i]->go_to(begin[i], end[i]);
      lines_[i]->take_hash();
    }
  }

  void read(const BlockLimits& limits, bool keep, ExampleBlock<Example>& block) {
    const std::uint64_t begin = offset();
    Example example;
    while (block.size < limits.examples && (block.size == 0 || offset() - begin < limits.bytes)) {
      const bool is_first = number_ == 0 && block.size == 0;
      if (!(keep || is_first ? this->next(example) : skip())) return;
      ++block.size;
      if (!keep) continue;
      block.places.push_back(this->place());
      block.examples.push_back(std::move(example));
    }
  }

  std::vector<LinePosition> positions() const {
    std::vector<LinePosition> positions;
    for (const LineReader* lines : lines_) positions.push_back(lines->position());
    return positions;
  }
  std::uint64_t offset() const {
    std::uint64_t sum = 0;
    for (const LineReader* lines : lines_) sum += lines->position().offset;
    return sum;
  }

  FileBlocks& shared_;
  std::vector<LineReader*> lines_;
  bool can_go_ = false;
  FileBlocks::List known_;
  std::vector<FileBlock> found_;
  std::size_t number_ = 0;   // of the next block
  std::size_t reached_ = 0;  // the block at whose start the lines are
};

}  // namespace weft::text::detail
