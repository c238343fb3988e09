#include <weft/models/generated/detail/filled_pattern.h>
#include <weft/models/generated/detail/headline_events.h>
#include <weft/models/generated/generate_headlines.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/text/tokenize.h>
#include <weft/models/text/vocabulary.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace weft::text;

namespace {

std::vector<std::string> words(const std::string& text) {
  return tokenize(text, {.lower_case = false, .split_punctuation = false});
}

// A pattern that is matched against articles to find the texts of its gaps.
struct Reader {
  std::regex expression;
  std::vector<std::string> gaps;

  explicit Reader(std::string_view pattern) {
    std::string text = "(?:^| )";
    while (!pattern.empty()) {
      const std::size_t begin = std::min(pattern.find('{'), pattern.size()), end = std::min(pattern.find('}'), pattern.size());
      text += std::regex_replace(std::string(pattern.substr(0, begin)), std::regex("\\."), "\\.");
      if (begin == pattern.size()) break;
      gaps.emplace_back(pattern.substr(begin + 1, end - begin - 1));
      text += gaps.back() == "who" || gaps.back() == "treasure" ? "(\\S+ \\S+)" : "(\\S+)";
      pattern.remove_prefix(end + 1);
    }
    expression = std::regex(text + "(?= |$)");
  }
};

// Returns all headlines that the sentences of an article would have.
std::set<std::string> headlines_of(const std::string& article) {
  static const auto readers = [] {
    std::vector<std::vector<Reader>> all;
    for (const news::Event& event : news::kEvents) all.emplace_back(event.told.begin(), event.told.end());
    return all;
  }();
  std::set<std::string> headlines;
  for (std::size_t i = 0; i < readers.size(); ++i)
    for (const Reader& reader : readers[i]) {
      std::smatch match;
      if (!std::regex_search(article, match, reader.expression)) continue;
      Gaps found;
      for (std::size_t gap = 0; gap < reader.gaps.size(); ++gap) found[reader.gaps[gap]] = match[gap + 1];
      headlines.insert(filled(news::kEvents[i].headline, found));
    }
  return headlines;
}

}  // namespace

TEST_CASE("the seed determines the headlines, and a smaller count gives the beginning of the same list") {
  const auto pairs = generate_headlines(300, 5);
  CHECK(pairs.size() == 300);
  CHECK(pairs == generate_headlines(300, 5));
  CHECK(pairs != generate_headlines(300, 6));
  CHECK(generate_headlines(0, 5).empty());
  const auto some = generate_headlines(20, 5);
  CHECK(std::equal(some.begin(), some.end(), pairs.begin()));
  CHECK(
      generate_headlines(4, 1)[3] ==
      TextPair{"long ago a painter had found stone tools at the bridge of ulgoraholm . as there is no money for it , ulgoraholm "
               "has closed its mill . more than 75 people came from santorre to look .",
               "ulgoraholm closes mill for lack of money"});
  std::uint64_t sum = 0;
  for (const TextPair& pair : pairs) {
    for (char c : pair.source + pair.target) sum = hash(sum, static_cast<unsigned char>(c));
  }
  CHECK(sum == 11995791558817981411U);
}

TEST_CASE("the headline reports the event of the article's only news sentence") {
  for (const TextPair& pair : generate_headlines(400, 7)) {
    CAPTURE(pair.source);
    CHECK(headlines_of(pair.source) == std::set<std::string>{pair.target});
  }
}

TEST_CASE("articles have 2 to 4 sentences and 20 to 60 words, headlines 5 to 8, all tokenised") {
  std::set<std::size_t> sentences, lengths, headlines;
  for (const TextPair& pair : generate_headlines(3000, 1)) {
    const auto article = words(pair.source), headline = words(pair.target);
    CHECK(join(tokenize(pair.source)) == pair.source);
    CHECK(join(tokenize(pair.target)) == pair.target);
    sentences.insert(static_cast<std::size_t>(std::count(article.begin(), article.end(), ".")));
    lengths.insert(article.size());
    headlines.insert(headline.size());
  }
  CHECK(sentences == std::set<std::size_t>{2, 3, 4});
  CHECK(*lengths.begin() == 20);
  CHECK(*lengths.rbegin() > 50);
  CHECK(*lengths.rbegin() <= 60);
  CHECK(*headlines.begin() >= 5);
  CHECK(*headlines.rbegin() <= 8);
}

TEST_CASE("at least half of the headlines contain a name that training lacks, unless names are common") {
  auto share_of_unknown = [](const HeadlineOptions& options) {
    TokenCounts counts;
    for (const TextPair& pair : generate_headlines(3000, 1, options)) count_tokens(words(pair.target), counts);
    const Vocabulary known = Vocabulary::build(counts, {.min_count = 2});
    double unknown = 0;
    for (const TextPair& pair : generate_headlines(1000, 2, options)) {
      const auto ids = known.encode(words(pair.target));
      unknown += std::count(ids.begin(), ids.end(), kUnknownId) > 0;
    }
    return unknown / 1000;
  };
  CHECK(share_of_unknown({}) > 0.5);
  CHECK(share_of_unknown({}) < 0.9);
  CHECK(share_of_unknown({.rare_names = 0}) < 0.02);
}

TEST_CASE("the news sentence is not always the first") {
  int first = 0;
  for (const TextPair& pair : generate_headlines(400, 3))
    first += !headlines_of(pair.source.substr(0, pair.source.find(" . ") + 2)).empty();
  CHECK(first > 150);
  CHECK(first < 250);
}

TEST_CASE("headlines: a share out of range is refused") {
  CHECK_THROWS_WITH_AS(generate_headlines(1, 0, {.rare_names = 1.5}), "generate_headlines: rare_names 1.5 is outside 0 .. 1",
                       weft::ValueError);
  CHECK_THROWS_WITH_AS(filled("{who} sleeps", {{"what", "cat"}}), "filled: there is no text for {who} in \"{who} sleeps\"",
                       weft::ValueError);
}
