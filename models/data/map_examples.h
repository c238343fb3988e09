// Applies a function to every example of a source, on all threads.
#pragma once

#include <weft/models/data/example_source.h>
#include <weft/models/io/read_ahead.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/runtime/parallel.h>

#include <atomic>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace weft::text {

namespace detail {

template <class Example>
struct ExampleBlock {
  std::vector<Example> examples;
  std::vector<std::string> places;
};

inline std::size_t text_bytes(const LabelledText& example) { return example.text.size(); }
inline std::size_t text_bytes(const TextPair& pair) { return pair.source.size() + pair.target.size(); }

// The block is large enough for all threads and small compared to a model. An exception of the reader goes to `failed` and is
// thrown by the next call.
template <class Example>
std::optional<ExampleBlock<Example>> read_block(ExampleReader<Example>& reader, std::exception_ptr& failed) {
  constexpr std::size_t kExamples = 4096, kBytes = std::size_t{1} << 20;
  ExampleBlock<Example> block;
  std::size_t bytes = 0;
  if (failed) std::rethrow_exception(failed);
  try {
    for (Example example; block.examples.size() < kExamples && bytes < kBytes && reader.next(example);) {
      bytes += text_bytes(example);
      block.places.push_back(reader.place());
      block.examples.push_back(std::move(example));
    }
  } catch (...) {
    if (block.examples.empty()) throw;
    failed = std::current_exception();
  }
  return block.examples.empty() ? std::nullopt : std::optional(std::move(block));
}

}  // namespace detail

// Calls take(map(example, place)) for each example in the source's order, where place is its position: "train.csv:12". `map` is
// called on as many threads as threads() says, and `take` only on the caller's. Meanwhile, another thread reads the next
// megabytes. Of several errors, of `map` and of the source, the first in the source's order is thrown, after the examples before
// it have been taken; a ValueError of `map`, which does not know the place, is thrown as a FormatError that begins with it.
template <class Example, class Map, class Take>
void map_examples(const ExampleSource<Example>& source, const Map& map, const Take& take, const ShowDone& show = {}) {
  struct Mapped {
    std::invoke_result_t<const Map&, const Example&, const std::string&> result;
    std::exception_ptr error;
  };
  constexpr std::int64_t kGrain = 16;
  auto reader = source.open();
  std::exception_ptr failed;
  ReadAhead<detail::ExampleBlock<Example>> blocks([&] { return detail::read_block(*reader, failed); });
  std::int64_t done = 0;
  while (const auto block = blocks.next()) {
    std::vector<Mapped> mapped(block->examples.size());
    std::atomic<std::size_t> first_error{mapped.size()};
    auto map_one = [&](std::size_t i) {
      if (i > first_error) return;  // its result is not needed
      try {
        mapped[i].result = map(block->examples[i], block->places[i]);
      } catch (const ValueError& error) {
        mapped[i].error = std::make_exception_ptr(FormatError(block->places[i] + ": " + error.what()));
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
    for (Mapped& each : mapped) {
      if (each.error) std::rethrow_exception(each.error);
      take(std::move(each.result));
    }
    done += std::ssize(mapped);
    if (show) show(done);
  }
}

// Counts each token that tokens_of(example) returns; all threads call tokens_of.
template <class Example, class TokensOf>
TokenCounts count_tokens(const ExampleSource<Example>& source, const TokensOf& tokens_of, const ShowDone& show = {}) {
  TokenCounts counts;
  map_examples(
      source, [&](const Example& example, const std::string&) { return tokens_of(example); },
      [&](const std::vector<std::string>& tokens) { count_tokens(tokens, counts); }, show);
  return counts;
}

}  // namespace weft::text
