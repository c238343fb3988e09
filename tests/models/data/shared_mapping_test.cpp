// Ranks that map the examples of a source together.
#include <doctest/doctest.h>
#include <weft/models/data/map_examples.h>
#include <weft/models/data/selected_source.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <stdexcept>

#include "tests/models/distributed/thread_ranks.h"
#include "tests/threads.h"

using namespace weft;
using namespace weft::text;
using test::ends_of_ranks, test::RankEnd, test::results_of_ranks, test::ThreadRank;

namespace {

std::vector<LabelledText> examples(int count) {
  std::vector<LabelledText> all;
  for (int i = 0; i < count; ++i) all.push_back({std::to_string(i % 7), "text " + std::to_string(i)});
  return all;
}

// Yields examples until one cannot be read.
class Broken final : public LabelledSource {
 public:
  explicit Broken(int good) : good_(good) {}
  std::unique_ptr<ExampleReader<LabelledText>> open() const override {
    require<IoError>(good_ >= 0, "cannot open broken.tsv");
    return std::make_unique<Reader>(good_);
  }

 private:
  class Reader final : public ExampleReader<LabelledText> {
   public:
    explicit Reader(int good) : good_(good) {}
    bool next(LabelledText& example) override {
      require<FormatError>(at_ < good_, "broken.tsv: cut off");
      example = {"a", "text " + std::to_string(at_++)};
      return true;
    }
    std::string place() const override { return "broken.tsv:" + std::to_string(at_); }

   private:
    int good_, at_ = 0;
  };
  int good_;
};

struct Found {
  std::string text, place;
  auto fields() { return std::tie(text, place); }
  bool operator==(const Found&) const = default;
};

Found find(const LabelledText& example, const std::string& place) { return {example.label + " " + example.text, place}; }

std::vector<Found> find_all(const LabelledSource& source, Communicator* ranks, const ShowDone& show = {}) {
  std::vector<Found> all;
  map_examples(
      source, find, [&](Found found) { all.push_back(std::move(found)); }, show, ranks);
  return all;
}

// Cannot be opened, for a reason that is not an exception of the standard library.
class ThrowsNumber final : public LabelledSource {
 public:
  std::unique_ptr<ExampleReader<LabelledText>> open() const override { throw 7; }
};

// How all ranks end whose `map` fails for the texts in `bad`, with the number of results that each has taken before.
struct Failed {
  std::vector<RankEnd> ends;
  std::vector<int> taken;
};
Failed map_with_errors(int ranks_count, const LabelledSource& source, const std::vector<std::string>& bad) {
  Failed failed{{}, std::vector<int>(static_cast<std::size_t>(ranks_count))};
  failed.ends = ends_of_ranks(ranks_count, [&](ThreadRank& ranks) {
    auto map = [&](const LabelledText& example, const std::string&) {
      require<ValueError>(std::ranges::find(bad, example.text) == bad.end(), "refused");
      return 1;
    };
    int& taken = failed.taken[static_cast<std::size_t>(ranks.rank())];
    map_examples(
        source, map, [&](int one) { taken += one; }, {}, &ranks);
  });
  return failed;
}

void check_same_end(const Failed& failed, const std::string& error, int taken) {
  for (std::size_t rank = 0; rank < failed.ends.size(); ++rank) {
    CAPTURE(rank);
    CHECK(failed.ends[rank].error == error);
    CHECK_FALSE(failed.ends[rank].for_another);
    CHECK(failed.taken[rank] == taken);
    CHECK_THROWS_AS(std::rethrow_exception(failed.ends[rank].failure), FormatError);
  }
}

}  // namespace

TEST_CASE("map_examples on ranks: each example is mapped by one rank, and all ranks take all results in the source's order") {
  for (int count : {1, 100, 4096, 4097, 30000}) {
    CAPTURE(count);
    const std::vector<LabelledText> all = examples(count);
    const MemorySource<LabelledText> source(all);
    const std::vector<Found> expected = find_all(source, nullptr);
    for (int ranks_count : {1, 2, 4, 8, 64}) {
      if (ranks_count == 64 && count != 4097) continue;
      CAPTURE(ranks_count);
      std::atomic<int> mapped{0};
      const auto taken = results_of_ranks(ranks_count, [&](ThreadRank& ranks) {
        const Threads use(ranks_count == 2 ? 2 : 1);
        std::vector<Found> own;
        auto map = [&](const LabelledText& example, const std::string& place) {
          ++mapped;
          return find(example, place);
        };
        map_examples(
            source, map, [&](Found found) { own.push_back(std::move(found)); }, {}, &ranks);
        return own;
      });
      CHECK(mapped == count);
      for (const std::vector<Found>& own : taken) CHECK((own == expected));
    }
  }
}

TEST_CASE("map_examples on ranks: blocks are large texts too, and a source may be empty") {
  std::vector<LabelledText> all = examples(9);
  for (LabelledText& each : all) each.text.resize(600'000, 'x');
  const MemorySource<LabelledText> source(all);
  const std::vector<Found> expected = find_all(source, nullptr);
  for (const std::vector<Found>& own : results_of_ranks(4, [&](ThreadRank& ranks) { return find_all(source, &ranks); }))
    CHECK((own == expected));
  const std::vector<bool> chosen(9);
  const SelectedSource<LabelledText> nothing(source, chosen, true);
  for (const std::vector<Found>& own : results_of_ranks(4, [&](ThreadRank& ranks) { return find_all(nothing, &ranks); }))
    CHECK(own.empty());
}

TEST_CASE("map_examples on ranks: the first rank shows the progress through the whole source") {
  const std::vector<LabelledText> all = examples(10000);
  std::vector<std::vector<std::int64_t>> shown(4);
  test::run_on_ranks(4, [&](ThreadRank& ranks) {
    auto& own = shown[static_cast<std::size_t>(ranks.rank())];
    find_all(MemorySource<LabelledText>(all), &ranks, [&](std::int64_t done) { own.push_back(done); });
  });
  REQUIRE_FALSE(shown[0].empty());
  CHECK(shown[0].back() == 10000);
  for (std::size_t rank = 1; rank < 4; ++rank) CHECK(shown[rank].empty());
}

TEST_CASE("map_examples on ranks: the first error in the source's order is the error of all ranks, whichever of them has it") {
  const std::vector<LabelledText> all = examples(30000);
  const MemorySource<LabelledText> source(all);
  for (int ranks_count : {2, 4}) {
    CAPTURE(ranks_count);
    for (int first : {0, 5000, 9000, 13000, 29999}) {
      CAPTURE(first);
      const std::string error = "example " + std::to_string(first + 1) + ": refused";
      check_same_end(map_with_errors(ranks_count, source, {"text " + std::to_string(first), "text 29999"}), error, first);
    }
    for (int good : {0, 10, 4096, 10000})
      check_same_end(map_with_errors(ranks_count, Broken(good), {}), "broken.tsv: cut off", good);
    check_same_end(map_with_errors(ranks_count, Broken(10000), {"text 9000"}), "broken.tsv:9001: refused", 9000);
  }
}

TEST_CASE("map_examples on ranks: what fails on one rank alone ends all, which name it") {
  const std::vector<LabelledText> all = examples(30000);
  const MemorySource<LabelledText> source(all);
  auto check_ends = [](const std::vector<RankEnd>& ends, const std::string& error) {
    for (int rank = 0; rank < 4; ++rank) {
      CAPTURE(rank);
      const RankEnd& end = ends[static_cast<std::size_t>(rank)];
      CHECK(end.for_another == (rank != 2));
      CHECK(end.error == (rank == 2 ? error : "rank 2: " + error));
    }
  };
  const auto one = [](const LabelledText&, const std::string&) { return 1; };
  check_ends(ends_of_ranks(4,
                           [&](ThreadRank& ranks) {
                             auto map = [&](const LabelledText&, const std::string&) {
                               if (ranks.rank() == 2) throw std::runtime_error("no memory");
                               return 1;
                             };
                             map_examples(
                                 source, map, [](int) {}, {}, &ranks);
                           }),
             "no memory");
  for (int bad : {0, 29999})
    check_ends(ends_of_ranks(4,
                             [&](ThreadRank& ranks) {
                               int taken = 0;
                               auto take = [&](int) { require<IoError>(ranks.rank() != 2 || taken++ < bad, "the disk is full"); };
                               map_examples(source, one, take, {}, &ranks);
                             }),
               "the disk is full");
  for (int good : {-1, 0, 6000})
    check_ends(ends_of_ranks(4,
                             [&](ThreadRank& ranks) {
                               map_examples(
                                   Broken(ranks.rank() == 2 ? good : 30000), one, [](int) {}, {}, &ranks);
                             }),
               good < 0 ? "cannot open broken.tsv" : "broken.tsv: cut off");
}

TEST_CASE("map_examples on ranks: a function may throw anything") {
  const std::vector<LabelledText> all = examples(5000);
  const auto ends = ends_of_ranks(2, [&](ThreadRank& ranks) {
    auto map = [](const LabelledText& example, const std::string&) {
      if (example.text == "text 4500") throw 7;
      return 1;
    };
    map_examples(
        MemorySource<LabelledText>(all), map, [](int) {}, {}, &ranks);
  });
  CHECK(ends[0].error == "rank 1: an exception that is not one of the standard library");
  CHECK_THROWS_AS(std::rethrow_exception(ends[1].failure), int);
}

TEST_CASE("map_examples on ranks: a source may throw anything") {
  const auto ends = ends_of_ranks(2, [&](ThreadRank& ranks) {
    map_examples(
        ThrowsNumber(), find, [](const Found&) {}, {}, &ranks);
  });
  for (const RankEnd& end : ends) CHECK_THROWS_AS(std::rethrow_exception(end.failure), int);
}

TEST_CASE("map_examples on ranks: files that differ are an error") {
  for (int change : {0, 9999, 10000}) {
    const auto ends = ends_of_ranks(4, [&](ThreadRank& ranks) {
      std::vector<LabelledText> all = examples(10000);
      if (ranks.rank() == 3 && change < 10000) all[static_cast<std::size_t>(change)].text += "!";
      if (ranks.rank() == 3 && change == 10000) all.push_back({"a", "b"});
      find_all(MemorySource<LabelledText>(all), &ranks);
    });
    for (int rank = 0; rank < 4; ++rank) {
      const std::string& error = ends[static_cast<std::size_t>(rank)].error;
      CAPTURE(error);
      CHECK(error.find(" reads other data than this rank: all ranks need the same files") != std::string::npos);
    }
  }
}

TEST_CASE("count_tokens on ranks: each has the counts of all examples") {
  const std::vector<LabelledText> all = examples(30000);
  auto tokens_of = [](const LabelledText& example) {
    return std::vector<std::string>{"label " + example.label, example.text, "a"};
  };
  const MemorySource<LabelledText> source(all);
  const TokenCounts expected = count_tokens(source, tokens_of);
  CHECK(expected.at("a") == 30000);
  for (int ranks_count : {1, 2, 8})
    for (const TokenCounts& counts :
         results_of_ranks(ranks_count, [&](ThreadRank& ranks) { return count_tokens(source, tokens_of, {}, &ranks); }))
      CHECK((counts == expected));
}
