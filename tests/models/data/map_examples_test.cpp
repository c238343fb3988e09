#include <weft/models/data/map_examples.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include "tests/threads.h"

using namespace weft;
using namespace weft::text;

namespace {

// More examples than a block holds.
std::vector<LabelledText> examples() {
  std::vector<LabelledText> all;
  for (int i = 0; i < 10000; ++i) all.push_back({std::to_string(i % 7), "text " + std::to_string(i)});
  return all;
}

// Yields examples until one cannot be read.
class Broken final : public LabelledSource {
 public:
  explicit Broken(int good) : good_(good) {}
  std::unique_ptr<ExampleReader<LabelledText>> open() const override { return std::make_unique<Reader>(good_); }

 private:
  class Reader final : public ExampleReader<LabelledText> {
   public:
    explicit Reader(int good) : good_(good) {}
    bool next(LabelledText& example) override {
      require<FormatError>(good_-- > 0, "broken.tsv: cut off");
      example = {"a", "b"};
      return true;
    }
    std::string place() const override { return "broken.tsv"; }

   private:
    int good_;
  };
  int good_;
};

}  // namespace

TEST_CASE("map_examples: results are in the source's order with any number of threads") {
  const std::vector<LabelledText> all = examples();
  const MemorySource<LabelledText> source(all);
  for (int count : {1, 2, 3}) {
    CAPTURE(count);
    Threads use(count);
    std::vector<std::string> taken;
    map_examples(
        source,
        [](const LabelledText& example, const std::string& place) { return example.label + " " + example.text + " " + place; },
        [&](std::string result) { taken.push_back(std::move(result)); });
    REQUIRE(taken.size() == all.size());
    std::int64_t different = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      different += taken[i] != all[i].label + " " + all[i].text + " example " + std::to_string(i + 1);
    CHECK(different == 0);
  }
}

TEST_CASE("map_examples: the first of several errors is thrown after the examples before it") {
  const std::vector<LabelledText> all = examples();
  const MemorySource<LabelledText> source(all);
  for (int count : {1, 3}) {
    Threads use(count);
    int taken = 0;
    auto map = [](const LabelledText& example, const std::string& place) {
      require<FormatError>(example.text != "text 6000" && example.text != "text 8100", place, ": not this one");
      return 1;
    };
    CHECK_THROWS_WITH_AS(map_examples(source, map, [&](int one) { taken += one; }), "example 6001: not this one", FormatError);
    CHECK(taken == 6000);
  }
  int calls = 0;
  auto first_only = [&](const LabelledText&, const std::string& place) {
    ++calls;
    require<FormatError>(false, place, ": not one");
    return 1;
  };
  CHECK_THROWS_WITH_AS(map_examples(source, first_only, [](int) {}), "example 1: not one", FormatError);
  CHECK(calls == 1);
  auto refuse = [](const LabelledText& example, const std::string&) {
    require<ValueError>(example.text != "text 4999", "a rule: ", example.label);
    return 1;
  };
  CHECK_THROWS_WITH_AS(map_examples(source, refuse, [](int) {}), "example 5000: a rule: 1", FormatError);
  for (int good : {0, 10, 5000}) {
    int taken = 0;
    auto one = [](const LabelledText&, const std::string&) { return 1; };
    CHECK_THROWS_WITH_AS(map_examples(Broken(good), one, [&](int each) { taken += each; }), "broken.tsv: cut off", FormatError);
    CHECK(taken == good);
  }
  CHECK_THROWS_WITH_AS(map_examples(Broken(1), first_only, [](int) {}), "broken.tsv: not one", FormatError);
}

TEST_CASE("count_tokens: counts the tokens of all examples") {
  Threads use(2);
  const std::vector<LabelledText> all = examples();
  const TokenCounts counts = count_tokens(MemorySource<LabelledText>(all), [](const LabelledText& example) {
    return std::vector<std::string>{"label " + example.label, "text"};
  });
  CHECK(counts.size() == 8);
  CHECK(counts.at("text") == 10000);
  CHECK(counts.at("label 0") == 1429);
  CHECK(counts.at("label 6") == 1428);
}
