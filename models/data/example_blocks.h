// A source in blocks of examples, which a thread of its own reads and all threads map.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/read_ahead.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::text::detail {

template <class Example>
struct ExampleBlock {
  std::vector<Example> examples;
  std::vector<std::string> places;
  std::int64_t size = 0;  // the number of examples; of a block that another rank maps, this alone and the hash are known
  std::size_t hash = 0;   // of the texts, if there are several ranks
};

inline std::array<std::string_view, 2> parts(const LabelledText& example) { return {example.label, example.text}; }
inline std::array<std::string_view, 3> parts(const TextPair& pair) { return {pair.source, pair.target, pair.alignment}; }

inline std::size_t mixed(std::size_t hash, std::size_t more) {
  constexpr std::size_t kOdd = 0x9e3779b97f4a7c15;
  return (hash ^ more) * kOdd;
}

// A block is large enough for all threads and small compared to a model. Of `ranks` ranks, each keeps every so many of them. The
// blocks do not depend on the rank.
template <class Example>
class ExampleBlocks {
 public:
  ExampleBlocks(const ExampleSource<Example>& source, int rank, int ranks)
      : reader_(source.open()),
        rank_(rank),
        ranks_(ranks),
        blocks_([this] { return read(); }, static_cast<std::size_t>(2 * ranks)) {}

  // Returns nothing after the last block. An exception of the reader is thrown after the block of the examples before it.
  std::optional<ExampleBlock<Example>> next() { return blocks_.next(); }

 private:
  std::optional<ExampleBlock<Example>> read() {
    // A rank holds the results of a block of each rank, so that of many ranks, each has smaller ones.
    constexpr int kFewRanks = 16;
    const int times = std::max(ranks_ / kFewRanks, 1);
    const std::int64_t most_examples = 4096 / times;
    const std::size_t most_bytes = (std::size_t{1} << 20) / static_cast<std::size_t>(times);
    if (failed_) std::rethrow_exception(failed_);
    const bool keep = number_++ % ranks_ == rank_;
    ExampleBlock<Example> block;
    std::size_t bytes = 0;
    try {
      for (Example example; block.size < most_examples && bytes < most_bytes && reader_->next(example); ++block.size) {
        for (const std::string_view part : parts(example)) {
          bytes += part.size();
          if (ranks_ > 1) block.hash = mixed(block.hash, std::hash<std::string_view>()(part));
        }
        if (!keep) continue;
        block.places.push_back(reader_->place());
        block.examples.push_back(std::move(example));
      }
    } catch (...) {
      if (block.size == 0) throw;
      failed_ = std::current_exception();
    }
    return block.size == 0 ? std::nullopt : std::optional(std::move(block));
  }

  std::unique_ptr<ExampleReader<Example>> reader_;
  const int rank_, ranks_;
  int number_ = 0;
  std::exception_ptr failed_;
  ReadAhead<ExampleBlock<Example>> blocks_;  // declared last, because its thread uses the others
};

template <class Result>
struct Mapped {
  Result result;
  std::exception_ptr error;
};

// Returns the results of a block on all threads, up to the first error, which is the last entry.
template <class Example, class Map, class Result = std::invoke_result_t<const Map&, const Example&, const std::string&>>
std::vector<Mapped<Result>> map_block(const ExampleBlock<Example>& block, const Map& map) {
  constexpr std::int64_t kGrain = 16;
  std::vector<Mapped<Result>> mapped(block.examples.size());
  std::atomic<std::size_t> first_error{mapped.size()};
  auto map_one = [&](std::size_t i) {
    if (i > first_error) return;  // its result is not needed
    try {
      mapped[i].result = map(block.examples[i], block.places[i]);
    } catch (const ValueError& error) {
      mapped[i].error = std::make_exception_ptr(FormatError(block.places[i] + ": " + error.what()));
    } catch (...) {
      mapped[i].error = std::current_exception();
    }
    std::size_t first = first_error;
    while (mapped[i].error && i < first && !first_error.compare_exchange_weak(first, i)) {
    }
  };
  parallel_for(std::ssize(mapped), kGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) map_one(static_cast<std::size_t>(i));
  });
  if (first_error < mapped.size()) mapped.resize(first_error + 1);
  return mapped;
}

}  // namespace weft::text::detail
