// A source in blocks of examples, which a thread of its own reads and all threads map.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/read_ahead.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::text::detail {

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

  // Returns nothing after the last block, or after one with an error.
  std::optional<ExampleBlock<Example>> next() { return blocks_.next(); }

 private:
  std::optional<ExampleBlock<Example>> read() {
    // A rank holds the results of a block of each rank, so that of many ranks, each has smaller ones.
    constexpr int kFewRanks = 16;
    const int times = std::max(ranks_ / kFewRanks, 1);
    BlockLimits limits{.hash = ranks_ > 1};
    limits.examples /= times;
    limits.bytes /= static_cast<std::size_t>(times);
    if (failed_) return std::nullopt;
    std::optional<ExampleBlock<Example>> block;
    try {
      block = reader_->next_block(limits, number_++ % ranks_ == rank_);
    } catch (...) {
      block.emplace().error = std::current_exception();
    }
    failed_ = block && block->error;
    return block;
  }

  std::unique_ptr<ExampleReader<Example>> reader_;
  const int rank_, ranks_;
  int number_ = 0;
  bool failed_ = false;
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
