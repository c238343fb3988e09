#include "tests/models/io/temporary_file.h"

#include <weft/models/data/files.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/subwords/bpe.h>
#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

using namespace weft::text;
using weft::FormatError;
using weft::ValueError;
using weft::test::TemporaryFile;
using Tokens = std::vector<std::string>;

namespace {

const TokenizerOptions kAsIs = {.normalization = Normalization::none, .lower_case = false, .split_punctuation = false};

TokenCounts count_words(const Tokens& lines) {
  TokenCounts counts;
  for (const std::string& line : lines) count_tokens(tokenize(line, kAsIs), counts);
  return counts;
}

// Recorded from subword-nmt by bpe_cases.py.
nlohmann::json recorded() {
  std::ifstream file(WEFT_SOURCE_DIR "/tests/reference/bpe_cases.json");
  return nlohmann::json::parse(file);
}

}  // namespace

TEST_CASE("merges are learnt as subword-nmt learns them") {
  int runs = 0;
  for (const auto& run : recorded()) {
    if (!run.contains("lines")) continue;
    const BpeCodes codes = learn_bpe(count_words(run["lines"]), {.merges = run["merges"], .min_frequency = run["min_frequency"]});
    CHECK(to_lines(codes) == run["codes"].get<Tokens>());
    ++runs;
  }
  CHECK(runs == 17);
}

namespace {
// Learns merges by counting all words anew for each merge.
BpeCodes learn_slowly(const TokenCounts& words, std::int64_t merges) {
  std::vector<std::pair<std::vector<std::string>, std::int64_t>> all;
  for (const auto& [word, count] : words) {
    std::vector<std::string> symbols;
    for (char c : word) symbols.emplace_back(1, c);
    symbols.back() += "</w>";
    all.emplace_back(std::move(symbols), count);
  }
  BpeCodes codes;
  while (std::ssize(codes) < merges) {
    std::map<std::pair<std::string, std::string>, std::int64_t> counts;
    for (const auto& [symbols, count] : all)
      for (std::size_t i = 1; i < symbols.size(); ++i) counts[{symbols[i - 1], symbols[i]}] += count;
    const auto best = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second < b.second : a.first < b.first;
    });
    if (best == counts.end() || best->second < 2) break;
    const auto [left, right] = best->first;
    codes.push_back({left, right});
    for (auto& each : all) {
      std::vector<std::string> merged;
      for (const std::string& symbol : each.first) {
        const bool joins = !merged.empty() && merged.back() == left && symbol == right;
        if (joins)
          merged.back() = "\x01" + left + right;  // is not merged again in this round
        else
          merged.push_back(symbol);
      }
      for (std::string& symbol : merged)
        if (symbol.front() == '\x01') symbol.erase(0, 1);
      each.first = std::move(merged);
    }
  }
  return codes;
}
}  // namespace

TEST_CASE("merges of random words agree with an algorithm that counts anew for each merge") {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::size_t words = 1 + random() % 30, letters = 1 + random() % 3;
    TokenCounts counts;
    for (std::size_t i = 0; i < words; ++i) {
      std::string word;
      for (std::size_t length = 1 + random() % 12; word.size() < length;) word += static_cast<char>('a' + random() % letters);
      counts[word] += 1 + static_cast<std::int64_t>(random() % 3);
    }
    const BpeCodes fast = learn_bpe(counts, {.merges = 40}), slow = learn_slowly(counts, 40);
    REQUIRE(fast.size() == slow.size());
    for (std::size_t i = 0; i < fast.size(); ++i) {
      CHECK(fast[i].left == slow[i].left);
      CHECK(fast[i].right == slow[i].right);
    }
  }
}

TEST_CASE("merges of words with a literal </w>, which make existing symbols, agree with that algorithm too") {
  const Tokens pieces = {"a", "b", "</w>"};
  std::mt19937 random(8);
  for (int round = 0; round < 100; ++round) {
    TokenCounts counts;
    for (int i = 0; i < 30; ++i) {
      std::string word;
      for (std::size_t length = 1 + random() % 8; length > 0; --length) word += pieces[random() % pieces.size()];
      counts[word] += 1 + static_cast<std::int64_t>(random() % 3);
    }
    const BpeCodes fast = learn_bpe(counts, {.merges = 60}), slow = learn_slowly(counts, 60);
    CHECK(to_lines(fast) == to_lines(slow));
  }
}

TEST_CASE("words are split as by subword-nmt, and joined again") {
  std::size_t lines = 0;
  for (const auto& run : recorded()) {
    const Tokenizer tokenizer(kAsIs, bpe_codes_from_lines(run["codes"], "recorded"));
    for (const auto& pair : run["segmented"]) {
      const std::string line = pair[0], pieces = pair[1];
      const Tokens cut = tokenizer.tokens(line);
      CHECK(join(cut) == pieces);
      CHECK(tokenizer.text(cut) == line);
      CHECK(tokenizer.tokens(line) == cut);  // a second time, from the cache
      ++lines;
    }
  }
  CHECK(lines >= 400);
}

TEST_CASE("learning ends when pairs are rare or exhausted") {
  CHECK(learn_bpe({}).empty());
  CHECK(learn_bpe({{"a", 5}, {"b", 5}, {"", 9}}).empty());
  CHECK(learn_bpe({{"ab", 1}}).empty());
  CHECK(learn_bpe({{"ab", 1}}, {.min_frequency = 1}) == BpeCodes{{"a", "b</w>"}});
  CHECK(learn_bpe({{"ab", 2}}, {.merges = 0}).empty());
  CHECK_THROWS_WITH_AS(learn_bpe({}, {.merges = -1}), "learn_bpe: the number of merges is negative: -1", ValueError);
  CHECK_THROWS_WITH_AS(learn_bpe({}, {.min_frequency = 0}), "learn_bpe: min_frequency is 0, not at least 1", ValueError);
}

TEST_CASE("a run of equal characters is merged from the left") {
  // The first merge joins a a a a a</w> in pairs from the left.
  CHECK(to_lines(learn_bpe({{"aaaaa", 2}})) == Tokens{"a a", "aa aa", "aaaa a</w>"});
  Tokens pieces;
  Bpe(BpeCodes{{"a", "a"}}).segment("aaaaaa", pieces);
  CHECK(pieces == Tokens{"aa@@", "aa@@", "a@@", "a"});
}

TEST_CASE("merges are applied rank by rank, each from left to right over the whole word") {
  // By definition, the pair of the lowest rank is merged everywhere from the left, repeatedly.
  auto by_definition = [](const BpeCodes& codes, const std::string& word) {
    Tokens symbols;
    for (char c : word) symbols.emplace_back(1, c);
    symbols.back() += kEndOfWord;
    for (bool merged = true; merged;) {
      merged = false;
      for (const BpeMerge& merge : codes) {
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
          if (symbols[i] != merge.left || symbols[i + 1] != merge.right) continue;
          symbols[i] += symbols[i + 1];
          symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(i) + 1);
          merged = true;
        }
        if (merged) break;
      }
    }
    symbols.back().erase(symbols.back().size() - 4);
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) symbols[i] += "@@";
    return symbols;
  };
  CounterRandom random(11);
  auto word = [&] {
    std::string letters;
    for (std::uint64_t left = 2 + random.below(14); left > 0; --left) letters += "abc"[random.below(3)];
    return letters;
  };
  for (int round = 0; round < 300; ++round) {
    TokenCounts counts;
    for (int i = 0; i < 6; ++i) ++counts[word()];
    BpeCodes codes = learn_bpe(counts, {.merges = 30, .min_frequency = 1});
    if (round % 2) shuffle(codes, random);  // in this order a merge can create a pair of a lower rank
    const Bpe bpe(codes);
    for (int i = 0; i < 20; ++i) {
      const std::string letters = word();
      Tokens pieces;
      bpe.segment(letters, pieces);
      CHECK(pieces == by_definition(codes, letters));
    }
  }
}

TEST_CASE("pieces are joined to words") {
  CHECK(Bpe::join({"lo@@", "w@@", "er", "x", "@@", "y"}) == "lower x y");
  CHECK(Bpe::join({"a@@"}) == "a");
  CHECK(Bpe::join({"<unk>", "b"}) == "<unk> b");
  CHECK(Bpe::join({}).empty());
}

TEST_CASE("codes are read from a file") {
  const BpeCodes codes = {{"l", "o"}, {"lo", "w</w>"}, {"#", "é</w>"}};
  TemporaryFile file("");
  write_bpe_codes(file.path(), codes);
  CHECK(read_lines(file.path()) == Tokens{"#version: 0.2", "l o", "lo w</w>", "# é</w>"});
  CHECK(read_bpe_codes(file.path()) == codes);
  write_bpe_codes(file.path(), {});
  CHECK(read_bpe_codes(file.path()).empty());
}

TEST_CASE("files that do not contain codes are refused") {
  auto error_of = [](const std::string& content) {
    TemporaryFile file(content);
    try {
      read_bpe_codes(file.path());
    } catch (const FormatError& error) {
      return std::string(error.what()).substr(file.path().size());
    }
    return std::string();
  };
  CHECK(error_of("") == ":1: BPE codes must begin with \"#version: 0.2\", but this file begins with \"\"");
  CHECK(error_of("#version: 0.1\na b\n") ==
        ":1: BPE codes must begin with \"#version: 0.2\", but this file begins with \"#version: 0.1\"");
  const std::string rule = ": a merge of BPE codes is two symbols with a space between them: ";
  CHECK(error_of("#version: 0.2\na b\nabc\n") == ":3" + rule + "\"abc\"");
  CHECK(error_of("#version: 0.2\na b c\n") == ":2" + rule + "\"a b c\"");
  CHECK(error_of("#version: 0.2\n\na b\n") == ":2" + rule + "\"\"");
  CHECK(error_of("#version: 0.2\n b\n") == ":2" + rule + "\" b\"");
  CHECK(error_of("#version: 0.2\na \n") == ":2" + rule + "\"a \"");
  CHECK(error_of("#version: 0.2\na b\n\n\n") == "");
}

TEST_CASE("splitting a long word does not take quadratic time") {
  std::string word;
  for (int i = 0; i < 20000; ++i) word += "abc"[i % 3];
  Tokens pieces;
  Bpe(learn_bpe({{"abcabcabc", 3}, {"ca", 2}})).segment(word, pieces);
  CHECK(Bpe::join(pieces) == word);
  CHECK(pieces.size() < 5000);
}
