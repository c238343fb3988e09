#include <doctest/doctest.h>
#include <weft/models/distributed/placement.h>

#include <stdexcept>

#include "tests/models/distributed/thread_ranks.h"

using namespace weft;
using test::ends_of_ranks, test::RankEnd, test::results_of_ranks, test::ThreadRank;

namespace {

using Texts = std::vector<std::string>;

constexpr int kCounts[] = {1, 2, 4, 8, 16};

// A text of each rank: some are empty, some are large, and they contain every byte.
std::string text_of(int rank) {
  if (rank % 3 == 1) return "";
  std::string text = "rank " + std::to_string(rank);
  if (rank == 2) text.resize(std::size_t{5} << 20, 'x');
  for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  return text;
}

}  // namespace

TEST_CASE("gather returns the texts of all ranks on every rank, in their order") {
  for (int count : kCounts) {
    CAPTURE(count);
    Texts expected;
    for (int rank = 0; rank < count; ++rank) expected.push_back(text_of(rank));
    const auto found =
        results_of_ranks(count, [](ThreadRank& ranks) { return gather(&ranks, [&] { return text_of(ranks.rank()); }); });
    for (const Texts& texts : found) CHECK(texts == expected);
  }
}

TEST_CASE("gather: texts of every length around that which a first message has room for") {
  for (std::size_t longest : std::vector<std::size_t>{0, 1, 1000, 2040, 5000})
    for (std::size_t other = longest; other < longest + 24; ++other) {
      CAPTURE(longest);
      CAPTURE(other);
      const auto text = [&](int rank) { return std::string(rank == 0 ? longest : other, static_cast<char>('a' + rank)); };
      const auto found =
          results_of_ranks(2, [&](ThreadRank& ranks) { return gather(&ranks, [&] { return text(ranks.rank()); }); });
      for (const Texts& texts : found) CHECK(texts == Texts{text(0), text(1)});
    }
}

TEST_CASE("gather: an error on one rank is an error on all, and the next call works again") {
  struct OwnError : Error {
    using Error::Error;
  };
  for (int count : {2, 4, 8})
    for (int bad = 0; bad < count; ++bad) {
      CAPTURE(count);
      CAPTURE(bad);
      Texts second(static_cast<std::size_t>(count));
      const std::vector<RankEnd> ends = ends_of_ranks(count, [&](ThreadRank& ranks) {
        try {
          gather(&ranks, [&] {
            if (ranks.rank() == bad) throw OwnError("the disk is full");
            return std::string("text");
          });
        } catch (...) {
          second[static_cast<std::size_t>(ranks.rank())] = gather(&ranks, [] { return std::string("again"); }).back();
          throw;
        }
      });
      for (int rank = 0; rank < count; ++rank) {
        const RankEnd& end = ends[static_cast<std::size_t>(rank)];
        CHECK(end.for_another == (rank != bad));
        CHECK(end.error == (rank == bad ? "" : "rank " + std::to_string(bad) + ": ") + "the disk is full");
        CHECK(second[static_cast<std::size_t>(rank)] == "again");
      }
      CHECK_THROWS_AS(std::rethrow_exception(ends[static_cast<std::size_t>(bad)].failure), OwnError);
    }
}

TEST_CASE("gather: of several errors, a rank has its own, and the others that of the first") {
  const std::vector<RankEnd> ends = ends_of_ranks(4, [](ThreadRank& ranks) {
    on_every_rank(&ranks, [&] {
      if (ranks.rank() == 1 || ranks.rank() == 3) throw std::runtime_error("no " + std::to_string(ranks.rank()));
    });
  });
  CHECK(ends[0].error == "rank 1: no 1");
  CHECK(ends[1].error == "no 1");
  CHECK(ends[2].error == "rank 1: no 1");
  CHECK(ends[3].error == "no 3");
}

TEST_CASE("gather: the number of ranks is a power of two") {
  for (const RankEnd& end : ends_of_ranks(3, [](ThreadRank& ranks) { gather(&ranks, [] { return std::string(); }); }))
    CHECK(end.error == "there are 3 ranks, which is not a power of two");
}

TEST_CASE("gather: what a rank throws may be anything") {
  const auto ends = ends_of_ranks(4, [](ThreadRank& ranks) {
    on_every_rank(&ranks, [&] {
      if (ranks.rank() == 2) throw 7;
    });
  });
  for (std::size_t rank = 0; rank < ends.size(); ++rank) {
    CHECK(ends[rank].for_another == (rank != 2));
    if (rank == 2)
      CHECK_THROWS_AS(std::rethrow_exception(ends[rank].failure), int);
    else
      CHECK(ends[rank].error == "rank 2: an exception that is not one of the standard library");
  }
}

TEST_CASE("on_first_rank runs on the first rank alone, and all have its result and its error") {
  for (int count : kCounts) {
    CAPTURE(count);
    std::vector<int> calls(static_cast<std::size_t>(count));
    const Texts found = results_of_ranks(count, [&](ThreadRank& ranks) {
      const auto call = [&] { return std::string("call ") + std::to_string(++calls[static_cast<std::size_t>(ranks.rank())]); };
      on_first_rank(&ranks, [&] { call(); });
      return on_first_rank(&ranks, std::function<std::string()>(call));
    });
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
      CHECK(found[rank] == "call 2");
      CHECK(calls[rank] == (rank == 0 ? 2 : 0));
    }
    const std::vector<RankEnd> ends =
        ends_of_ranks(count, [](ThreadRank& ranks) { on_first_rank(&ranks, [] { throw std::runtime_error("no permission"); }); });
    for (std::size_t rank = 0; rank < ends.size(); ++rank)
      CHECK(ends[rank].error == (rank == 0 ? "no permission" : "rank 0: no permission"));
  }
}

TEST_CASE("any_rank is true on all ranks if one says so") {
  for (int yes : {-1, 0, 2, 3}) {
    const auto found = results_of_ranks(4, [&](ThreadRank& ranks) -> char { return any_rank(&ranks, ranks.rank() == yes); });
    for (const char any : found) CHECK(any == (yes >= 0));
  }
}

TEST_CASE("without a communicator there is one rank, which throws its own errors") {
  CHECK(is_first_rank(nullptr));
  CHECK(gather(nullptr, [] { return std::string("alone"); }) == Texts{"alone"});
  CHECK(on_first_rank(nullptr, std::function<std::string()>([] { return std::string("alone"); })) == "alone");
  int calls = 0;
  on_every_rank(nullptr, [&] { ++calls; });
  on_first_rank(nullptr, [&] { ++calls; });
  CHECK(calls == 2);
  CHECK(any_rank(nullptr, true));
  CHECK_FALSE(any_rank(nullptr, false));
  CHECK_THROWS_WITH_AS(gather(nullptr, []() -> std::string { throw std::runtime_error("own"); }), "own", std::runtime_error);
}

TEST_CASE("placement_warnings: ranks with more threads than cores, and hosts whose ranks have more together") {
  const auto warnings = [](const std::vector<RankPlace>& places) {
    const auto all = results_of_ranks(static_cast<int>(places.size()), [&](ThreadRank& ranks) {
      return placement_warnings(&ranks, places[static_cast<std::size_t>(ranks.rank())]);
    });
    for (const Texts& each : all) CHECK(each == all.front());
    return all.front();
  };
  CHECK(warnings({{"a", {0, 1}, 2}, {"a", {2, 3}, 2}}).empty());
  CHECK(warnings({{"a", {0}, 1}, {"b", {0}, 1}}).empty());  // the same number on another host is another core
  CHECK(warnings({{"a", {0}, 2}, {"a", {1}, 2}}) ==
        Texts{"rank 0, 1: 2 threads on 1 core; give mpirun --bind-to none, or --map-by slot:PE=2"});
  CHECK(warnings({{"a", {0}, 2, 4}, {"a", {1}, 2, 4}}).front().starts_with("rank 0, 1: 2 threads on 1 core; give "));
  CHECK(warnings({{"a", {0, 1}, 4, 2}, {"a", {0, 1}, 4, 2}}) ==  // nothing that mpirun is told gives them more
        Texts{"host a: 2 ranks with 8 threads together on 2 cores"});
  CHECK(warnings({{"a", {0, 1}, 2}, {"a", {0, 1}, 1}}) == Texts{"host a: 2 ranks with 3 threads together on 2 cores"});
  CHECK(warnings({{"a", {}, 2}, {"a", {}, 2}}).empty());  // the cores are not known
  CHECK(this_place().threads == 1);
  CHECK(this_place().machine_cores >= std::ssize(this_place().cores));
}
