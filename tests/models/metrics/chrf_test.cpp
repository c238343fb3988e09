#include <weft/models/metrics/chrf.h>

#include <doctest/doctest.h>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;
using metrics::References;

TEST_CASE("chrF and chrF++, their names and signatures agree with sacrebleu") {
  const nlohmann::json rows = test::recorded_cases("chrf_cases.json");
  CHECK(rows.size() == 222);
  for (const auto& row : rows) {
    CAPTURE(row.dump());
    const auto& options = row.at("options");
    metrics::ChrfCounts counts({.word_order = options.at("word_order"), .lower_case = options.at("lowercase")});
    for (std::size_t i = 0; i < row.at("hypotheses").size(); ++i)
      counts.add(row.at("hypotheses")[i].get<std::string>(), row.at("references")[i].get<References>());
    CHECK(counts.score() == doctest::Approx(row.at("score").get<double>()).epsilon(1e-12));
    CHECK(counts.name() == row.at("name"));
    CHECK(counts.signature() == row.at("signature"));
  }
}

TEST_CASE("chrF of a corpus counts the n-grams of all its sentences") {
  const std::vector<std::string> hypotheses = {"a b", "c"};
  CHECK(metrics::corpus_chrf(hypotheses, std::vector<References>{{"ab"}, {"x", "c"}}) == 100);
  CHECK(metrics::corpus_chrf(hypotheses, std::vector<References>{{"xy"}, {"z"}}) == 0);
  CHECK(metrics::corpus_chrf({}, {}) == 0);
}

TEST_CASE("chrF: invalid arguments are errors") {
  const Where line{"demo.cpp", 5};
  CHECK_THROWS_WITH_AS(metrics::ChrfCounts({.word_order = 3}, line), "chrf: word_order is 3, not 0, 1 or 2, at demo.cpp:5",
                       ValueError);
  CHECK_THROWS_WITH_AS(metrics::ChrfCounts().add("a", {}, line), "chrf: a hypothesis has no reference, at demo.cpp:5",
                       ValueError);
  const std::vector<std::string> one = {"a"};
  CHECK_THROWS_WITH_AS(metrics::corpus_chrf(one, {}, {}, line),
                       "corpus_chrf: counts differ: 1 hypotheses, 0 references, at demo.cpp:5", ShapeError);
}
