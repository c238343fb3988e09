#include <weft/models/metrics/metrics.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/models/metrics/recorded_cases.h"

using namespace weft;
using Ids = std::vector<std::int64_t>;

TEST_CASE("accuracy and macro-F1 agree with scikit-learn") {
  for (const auto& row : test::recorded_cases("class_cases.json")) {
    const auto predicted = row.at("predicted").get<Ids>(), truth = row.at("truth").get<Ids>();
    CHECK(metrics::accuracy(predicted, truth) == doctest::Approx(row.at("accuracy").get<double>()).epsilon(1e-12));
    CHECK(metrics::macro_f1(predicted, truth) == doctest::Approx(row.at("macro")[2].get<double>()).epsilon(1e-12));
  }
}

TEST_CASE("macro-F1 counts a class that is only predicted or only true as 0") {
  CHECK(metrics::macro_f1(Ids{0, 0}, Ids{0, 0}) == 1.0);
  CHECK(metrics::macro_f1(Ids{0, 5}, Ids{0, 0}) == doctest::Approx((2.0 / 3 + 0) / 2));
  CHECK(metrics::macro_f1(Ids{0, 0}, Ids{0, 5}) == doctest::Approx((2.0 / 3 + 0) / 2));
}

TEST_CASE("exact match accepts any of the references") {
  const std::vector<std::string> hypotheses = {"a b", "ab", "", "c"};
  const std::vector<metrics::References> references = {{"x", "a b"}, {"a b"}, {""}, {}};
  CHECK(metrics::exact_match(hypotheses, references) == 0.5);
}

TEST_CASE("perplexity is the exponential of the loss") {
  CHECK(metrics::perplexity(0) == 1);
  CHECK(metrics::perplexity(std::log(8.0)) == doctest::Approx(8.0).epsilon(1e-14));
}

TEST_CASE("metrics of empty inputs or of different counts are errors that name the caller's line") {
  const Where line{"demo.cpp", 3};
  CHECK_THROWS_WITH_AS(metrics::accuracy(Ids{1}, Ids{1, 2}, line),
                       "accuracy: counts differ: 1 predictions, 2 answers, at demo.cpp:3", ShapeError);
  CHECK_THROWS_WITH_AS(metrics::macro_f1(Ids{}, Ids{}, line), "macro_f1: there is nothing to score, at demo.cpp:3", ValueError);
  CHECK_THROWS_AS(metrics::exact_match({}, {}), ValueError);
}
