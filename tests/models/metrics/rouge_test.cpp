#include <weft/models/metrics/rouge.h>

#include <doctest/doctest.h>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;
using metrics::References;

namespace {

void check_score(const metrics::RougeScore& score, const nlohmann::json& recorded) {
  CHECK(score.precision == doctest::Approx(recorded[0].get<double>()).epsilon(1e-12));
  CHECK(score.recall == doctest::Approx(recorded[1].get<double>()).epsilon(1e-12));
  CHECK(score.f1 == doctest::Approx(recorded[2].get<double>()).epsilon(1e-12));
}

}  // namespace

TEST_CASE("ROUGE agrees with rouge-score") {
  const nlohmann::json rows = test::recorded_cases("rouge_cases.json");
  CHECK(rows.size() == 221);
  for (const auto& row : rows) {
    CAPTURE(row.dump());
    const metrics::Rouge rouge = metrics::rouge(row.at("hypothesis").get<std::string>(), row.at("references").get<References>());
    check_score(rouge.rouge1, row.at("rouge1"));
    check_score(rouge.rouge2, row.at("rouge2"));
    check_score(rouge.rouge_l, row.at("rougeL"));
    check_score(rouge.rouge_lsum, row.at("rougeLsum"));
  }
}

TEST_CASE("ROUGE of a corpus is the mean over its texts") {
  const std::vector<std::string> hypotheses = {"bel tur", "oki"};
  const metrics::Rouge mean = metrics::mean_rouge(hypotheses, std::vector<References>{{"bel na", "tur bel tur"}, {"ver"}});
  CHECK(mean.rouge1.precision == 0.5);
  CHECK(mean.rouge1.recall == doctest::Approx(1.0 / 3));
  CHECK(mean.rouge1.f1 == doctest::Approx(0.4));
  CHECK(mean.rouge2.precision == 0.5);
  CHECK(mean.rouge_l.f1 == doctest::Approx(0.4));
}

TEST_CASE("ROUGE: invalid arguments are errors") {
  const Where line{"demo.cpp", 5};
  CHECK_THROWS_WITH_AS(metrics::rouge("a", {}, line), "rouge: a hypothesis has no reference, at demo.cpp:5", ValueError);
  CHECK_THROWS_WITH_AS(metrics::mean_rouge({}, {}, line), "mean_rouge: there is nothing to score, at demo.cpp:5", ValueError);
  const std::vector<std::string> one = {"a"};
  CHECK_THROWS_WITH_AS(metrics::mean_rouge(one, {}, line), "mean_rouge: counts differ: 1 hypotheses, 0 references, at demo.cpp:5",
                       ShapeError);
}
