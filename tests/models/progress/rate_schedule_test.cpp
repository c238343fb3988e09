#include <doctest/doctest.h>
#include <weft/models/progress/rate_schedule.h>
#include <weft/tensor/base/error.h>

#include <cmath>
#include <vector>

using namespace weft;

namespace {

constexpr TrainingPlan kPlan{.epochs = 4, .updates_per_epoch = 25};

double factor(const RateSchedule& schedule, std::int64_t update) { return schedule.over(kPlan)(update); }

}  // namespace

TEST_CASE("training time: it is written with all its digits") {
  for (const char* text : {"1234567u", "0.123456789e", "12.5%", "500u"}) CHECK(to_string(TrainingTime::parse(text)) == text);
}

TEST_CASE("training time: numbers have units") {
  auto updates = [](const char* text) { return TrainingTime::parse(text).updates(kPlan); };
  CHECK(updates("500u") == 500);
  CHECK(updates("2e") == 50);
  CHECK(updates("0.5e") == 12.5);
  CHECK(updates("10%") == 10);
  CHECK(TrainingTime::parse("1.5min").count == 90);
  CHECK(TrainingTime::parse("2h").count == 7200);
  CHECK(to_string(TrainingTime::parse("20s")) == "20s");
  CHECK(to_string(TrainingTime::parse("5min")) == "300s");
  CHECK(to_string(TrainingTime::parse("2e")) == "2e");
  CHECK(TrainingTime().is_zero());
  for (const char* wrong : {"", "5", "u", "-1u", "nanu", "1e400u", "5 u", "5m", "5uu"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(TrainingTime::parse(wrong), ValueError);
  }
  CHECK_THROWS_WITH_AS(updates("5s"), "\"5s\": expected updates, epochs or per cent", ValueError);
}

TEST_CASE("rate schedule: every description is parsed") {
  CHECK(factor({}, 77) == 1);
  CHECK(factor("constant", 77) == 1);
  CHECK(factor("cosine", 0) == 1);
  CHECK(factor("cosine", 50) == doctest::Approx(0.5));
  CHECK(std::abs(factor("cosine", 100)) < 1e-15);
  CHECK(factor("cosine:0.1", 100) == doctest::Approx(0.1));
  CHECK(factor("linear", 25) == doctest::Approx(0.75));
  CHECK(factor("linear:0.2", 1000) == doctest::Approx(0.2));
  CHECK(factor("step:0.5/1e", 24) == 1);
  CHECK(factor("step:0.5/1e", 25) == 0.5);
  CHECK(factor("exponential:0.5/20u", 20) == doctest::Approx(0.5));
  CHECK(factor("inverse-sqrt:16u", 3) == doctest::Approx(0.25));
  CHECK(factor("inverse-sqrt:16u", 63) == doctest::Approx(0.5));
}

TEST_CASE("rate schedule: a warm-up rises linearly, and the schedule begins after it") {
  const RateSchedule schedule("linear", TrainingTime::parse("20%"));
  CHECK(factor(schedule, 0) == doctest::Approx(0.05));
  CHECK(factor(schedule, 19) == 1);
  CHECK(factor(schedule, 20) == 1);
  CHECK(factor(schedule, 60) == doctest::Approx(0.5));
  CHECK(factor(schedule, 100) == 0);
  const RateSchedule low("cosine:1", TrainingTime::parse("2u")), root("inverse-sqrt:16u", TrainingTime::parse("4u"));
  CHECK(factor(low, 0) == 0.5);
  CHECK(factor(root, 3) == factor(root, 4));  // 1/16, where that schedule begins without the warm-up
  CHECK(factor(root, 3) == doctest::Approx(1.0 / 16));
  CHECK(factor(RateSchedule("constant", TrainingTime::parse("4u")), 1) == 0.5);
}

TEST_CASE("rate schedule: a function is used as it is, and has no description") {
  const RateSchedule schedule([](std::int64_t update) { return static_cast<double>(update) * 2; });
  CHECK(factor(schedule, 21) == 42);
  CHECK(schedule.words.empty());
}

TEST_CASE("rate schedule: invalid descriptions are refused") {
  for (const char* wrong :
       {"cosin", "constant:1", "cosine:x", "cosine:-1", "cosine:inf", "linear:nan", "step:inf/2e", "step", "step:0.5",
        "step:0.5/2", "step:0.5/0u", "step:a/2e", "exponential:0.5/5s", "inverse-sqrt", "inverse-sqrt:5"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(RateSchedule(wrong).over(kPlan), ValueError);
  }
  CHECK_THROWS_WITH_AS(RateSchedule("cosin").over(kPlan),
                       "schedule \"cosin\": expected constant, cosine, linear, inverse-sqrt, exponential or step; did you mean "
                       "\"cosine\"?",
                       ValueError);
}
