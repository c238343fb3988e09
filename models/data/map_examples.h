// Applies a function to every example of a source, on all threads of all ranks.
#pragma once

#include <weft/models/data/example_blocks.h>
#include <weft/models/distributed/communicator.h>
#include <weft/models/distributed/packed.h>
#include <weft/models/text/vocabulary.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft::text {

namespace detail {

// What a rank tells the others when each has mapped a block of examples: a round. All ranks know of all blocks of the round.
struct SharedRound {
  std::int64_t examples = 0;  // of all the blocks
  std::uint64_t hash = 0;     // of their texts
  bool unread = false;        // this rank could not read its own one, or pass over the others
  std::int64_t mapped = 0;    // results, up to the first error
  std::string results;
  bool failed = false, is_format_error = false;
  std::string error;

  auto fields() { return std::tie(examples, hash, unread, mapped, results, failed, is_format_error, error); }

  // Takes the message of an error of mapping.
  void set_error(const std::exception_ptr& thrown);
  // Throws FormatError if the rank `other` has read other examples in the same round.
  void check_same(const SharedRound& read_by_other, int other) const;
  // Throws the error of the rank that mapped the block: FormatError as it is, RankError otherwise.
  void rethrow(int rank) const;
};

// The work of one of several ranks in map_examples(). In each round it maps one block, and takes the results that all ranks had
// in the round before, so that whatever fails on a rank fails in gather(), on all.
template <bool take_own, class Example, class Map, class Take>
class SharedMapping {
 public:
  SharedMapping(const ExampleSource<Example>& source, const Map& map, const Take& take, const ShowDone& show, Communicator& ranks)
      : source_(source), map_(map), take_(take), show_(show), ranks_(ranks) {}

  void run() {
    for (bool last = false; !last;) {
      last = !more_;
      answers_ = gather(&ranks_, [&] {
        take_answers();
        if (last) return std::string();
        read_round();
        std::string answer;
        weft::detail::pack(round_, answer);
        return answer;
      });
    }
  }

 private:
  using Result = std::invoke_result_t<const Map&, const Example&, const std::string&>;

  void read_round() {
    round_ = {};
    ExampleBlock<Example> own;
    try {
      if (!blocks_) blocks_.emplace(source_, ranks_.rank(), ranks_.size());
      for (int rank = 0; more_ && rank < ranks_.size(); ++rank) {
        auto block = blocks_->next();
        more_ = block.has_value();
        if (!more_) break;
        round_.examples += block->size;
        round_.hash = mixed(round_.hash, block->hash);
        if (block->error) stop(block->error);
        if (rank == ranks_.rank()) own = std::move(*block);
      }
    } catch (...) {
      stop(std::current_exception());
    }
    for (Mapped<Result>& each : map_block(own, map_)) keep(each);
    if (own.error && !round_.failed) fail(own.error);
  }

  // Stops reading.
  void stop(const std::exception_ptr& error) {
    unread_ = error;
    round_.unread = true;
    more_ = false;
  }

  void fail(const std::exception_ptr& error) {
    error_ = error;
    round_.set_error(error);
  }

  void keep(Mapped<Result>& each) {
    if (each.error) return fail(each.error);
    if constexpr (take_own) {
      take_(std::move(each.result));
    } else {
      ++round_.mapped;
      weft::detail::pack(each.result, round_.results);
    }
  }

  void take_answers() {
    if (answers_.empty()) return;  // there was no round yet
    for (int rank = 0; rank < std::ssize(answers_); ++rank) {
      std::string_view answer = answers_[static_cast<std::size_t>(rank)];
      const auto theirs = weft::detail::unpack<SharedRound>(answer);
      round_.check_same(theirs, rank);
      if constexpr (!take_own) {
        std::string_view results = theirs.results;
        for (std::int64_t i = 0; i < theirs.mapped; ++i) take_(weft::detail::unpack<Result>(results));
      }
      if (!theirs.failed) continue;
      if (rank == ranks_.rank()) std::rethrow_exception(error_);
      if (unread_ && message_of(unread_) == theirs.error) std::rethrow_exception(unread_);  // all ranks have it
      theirs.rethrow(rank);
    }
    if (unread_) std::rethrow_exception(unread_);
    done_ += round_.examples;
    if (show_ && is_first_rank(&ranks_)) show_(done_);
  }

  const ExampleSource<Example>& source_;
  const Map& map_;
  const Take& take_;
  const ShowDone& show_;
  Communicator& ranks_;
  std::optional<ExampleBlocks<Example>> blocks_;
  bool more_ = true;
  std::int64_t done_ = 0;
  SharedRound round_;                      // the last one, as this rank sees it
  std::exception_ptr error_, unread_;      // of mapping and of reading, in that round
  std::vector<std::string> answers_ = {};  // of all ranks, to that round
};

}  // namespace detail

// Calls take(map(example, place)) for each example in the source's order, where place is its position: "train.csv:12". `map` is
// called on as many threads as threads() says, and `take` only on the caller's. Meanwhile, another thread reads the next
// megabytes. Of several errors, of `map` and of the source, the first in the source's order is thrown, after the examples before
// it have been taken; a ValueError of `map`, which does not know the place, is thrown as a FormatError that begins with it.
template <class Example, class Map, class Take>
void map_examples(const ExampleSource<Example>& source, const Map& map, const Take& take, const ShowDone& show = {}) {
  detail::ExampleBlocks<Example> blocks(source, 0, 1);
  std::int64_t done = 0;
  while (const auto block = blocks.next()) {
    for (auto& each : detail::map_block(*block, map)) {
      if (each.error) std::rethrow_exception(each.error);
      take(std::move(each.result));
    }
    if (block->error) std::rethrow_exception(block->error);
    done += block->size;
    if (show) show(done);
  }
}

// The same for ranks, which must all make the call, with sources that hold the same. Each rank calls `map` for its share of the
// examples, and `take` for all of them. An error is thrown by all ranks. `show` is called on the first one. Results are sent as
// bytes, see weft::detail::pack().
template <class Example, class Map, class Take>
void map_examples(const ExampleSource<Example>& source, const Map& map, const Take& take, const ShowDone& show,
                  Communicator* ranks) {
  if (!ranks || ranks->size() == 1) return map_examples(source, map, take, show);
  detail::SharedMapping<false, Example, Map, Take>(source, map, take, show, *ranks).run();
}

// The same, but each rank takes only the results of its share. They are not sent.
template <class Example, class Map, class Take>
void map_own_examples(const ExampleSource<Example>& source, const Map& map, const Take& take, const ShowDone& show,
                      Communicator* ranks) {
  if (!ranks || ranks->size() == 1) return map_examples(source, map, take, show);
  detail::SharedMapping<true, Example, Map, Take>(source, map, take, show, *ranks).run();
}

// Adds the counts of all ranks.
void add_ranks(TokenCounts& counts, Communicator* ranks);

// Counts each token that tokens_of(example) returns; all threads of all ranks call tokens_of.
template <class Example, class TokensOf>
TokenCounts count_tokens(const ExampleSource<Example>& source, const TokensOf& tokens_of, const ShowDone& show = {},
                         Communicator* ranks = nullptr) {
  TokenCounts counts;
  map_own_examples(
      source, [&](const Example& example, const std::string&) { return tokens_of(example); },
      [&](const std::vector<std::string>& tokens) { count_tokens(tokens, counts); }, show, ranks);
  add_ranks(counts, ranks);
  return counts;
}

}  // namespace weft::text
