#include <weft/models/report/translator_report.h>

#include <doctest/doctest.h>

#include <numeric>

namespace weft::report {

TEST_CASE("translator report: lengths are grouped in round sizes") {
  std::vector<std::int64_t> lengths(100);
  std::iota(lengths.begin(), lengths.end(), 1);
  CHECK(length_bounds(lengths) == std::vector<std::int64_t>{20, 40, 60, 80});
  CHECK(length_bounds({3, 3, 4, 7}) == std::vector<std::int64_t>{2, 4, 6});
  std::vector<std::int64_t> one_long(99, 10);
  one_long.push_back(500);
  CHECK(length_bounds(one_long) == std::vector<std::int64_t>{2, 4, 6, 8, 10});
  CHECK(length_bounds({5}) == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(length_bounds({}).empty());
}

TEST_CASE("translator report: samples show ln p per token whatever the search compared, except for empty lines") {
  Translation written, empty;
  written.text = "un";
  written.score = -7;
  written.log_probability = -1.5;
  written.token_log_probabilities = {-1, -0.5};
  TranslatorScores scores;
  Report report;
  add_evaluation(report, {{"one", ""}, {{"un"}, {""}}, {written, empty}}, scores);
  REQUIRE(report.samples.size() == 2);
  REQUIRE(report.samples[0].scores.size() == 2);
  CHECK(report.samples[0].scores[1].second == "-0.75");
  CHECK(report.samples[1].scores.size() == 1);
}

TEST_CASE("translator report: lengths are in words, whatever the tokens are") {
  Translation by_character;
  by_character.text = "un";
  by_character.source = {"o", "n", "e", " ", "a", "</s>"};
  const std::vector<std::int64_t> bounds{1, 2, 3};
  const TranslatedSources translated{{"one", "one  a", "one a b c"}, {{"un"}, {"un"}, {"un"}}, {3, by_character}};
  const QualityCurve curve = quality_of("BLEU", translated, bounds);
  REQUIRE(curve.buckets.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(curve.buckets[i].sentences == (i == 2 ? 0 : 1));
  CHECK(curve.buckets[0].quality == doctest::Approx(100));            // scored by unigrams, because there are no longer n-grams
  const QualityCurve by_itself = quality_of("BLEU", translated, {});  // the bounds 1 to 3, from length_bounds
  REQUIRE(by_itself.buckets.size() == 4);
  CHECK(by_itself.buckets[3].shortest == 4);
}

}  // namespace weft::report
