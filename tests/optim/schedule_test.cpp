#include <doctest/doctest.h>
#include <weft/optim/schedule.h>
#include <weft/tensor/base/error.h>

#include <cmath>
#include <limits>

#include "tests/reference/recorded.h"

using namespace weft;
using namespace weft::optim;

TEST_CASE("schedules give PyTorch's rates") {
  Recorded recorded("optimizers.safetensors", "schedule");
  auto agrees = [&](const char* name, const Schedule& schedule) {
    for (std::int64_t step = 0; step < recorded[name].numel(); ++step)
      CHECK(schedule(step) == doctest::Approx(recorded[name].at({step})).epsilon(1e-12));
  };
  agrees("step_decay", step_decay(3, 0.5));
  agrees("exponential", exponential(0.9));
  agrees("cosine", cosine(10, 0.1));
}

TEST_CASE("schedules have the expected rates at chosen points") {
  CHECK(constant()(0) == 1);
  CHECK(constant()(1000000) == 1);
  CHECK(step_decay(4)(3) == 1);
  CHECK(step_decay(4)(4) == doctest::Approx(0.1));
  CHECK(step_decay(4)(11) == doctest::Approx(0.01));
  CHECK(cosine(10)(0) == 1);
  CHECK(cosine(10)(5) == doctest::Approx(0.5));
  CHECK(std::abs(cosine(10)(10)) < 1e-15);
  CHECK(cosine(10, 0.25)(500) == 0.25);
  Schedule warmup = warmup_inverse_sqrt(4);
  for (auto [step, factor] : {std::pair(0, 0.25), {1, 0.5}, {3, 1.0}, {4, std::sqrt(0.8)}, {15, 0.5}, {399, 0.1}})
    CHECK(warmup(step) == doctest::Approx(factor));
  CHECK(warmup_inverse_sqrt(1)(0) == 1);
}

TEST_CASE("schedules refuse lengths below 1") {
  CHECK_THROWS_WITH_AS(step_decay(0), doctest::Contains("step_decay: every is 0, not above 0"), ValueError);
  CHECK_THROWS_WITH_AS(cosine(-1), doctest::Contains("cosine: steps is -1, not above 0"), ValueError);
  CHECK_THROWS_WITH_AS(warmup_inverse_sqrt(0), doctest::Contains("warmup_inverse_sqrt: warmup is 0, not above 0"), ValueError);
}

TEST_CASE("schedules refuse factors that are negative, infinite or NaN") {
  for (double wrong : {-0.5, double(INFINITY), double(NAN)}) {
    CAPTURE(wrong);
    auto refuses = [](auto make, const char* message) {
      CHECK_THROWS_WITH_AS(make(), doctest::Contains(message), ValueError);
      CHECK_THROWS_WITH_AS(make(), doctest::Contains(", not a finite number of at least 0, at schedule_test.cpp:"), ValueError);
    };
    refuses([&] { return step_decay(5, wrong); }, "step_decay: gamma is ");
    refuses([&] { return exponential(wrong); }, "exponential: gamma is ");
    refuses([&] { return cosine(5, wrong); }, "cosine: last is ");
    refuses([&] { return linear(5, wrong); }, "linear: last is ");
    refuses([&] { return ReduceOnPlateau({.threshold = wrong}); }, "ReduceOnPlateau: threshold is ");
    refuses([&] { return ReduceOnPlateau({.smallest = wrong}); }, "ReduceOnPlateau: smallest is ");
  }
  CHECK_THROWS_WITH_AS(ReduceOnPlateau({.patience = -1}), doctest::Contains("patience is -1, not at least 0"), ValueError);
}

TEST_CASE("ReduceOnPlateau lowers the rate when PyTorch does") {
  Recorded recorded("optimizers.safetensors", "plateau");
  for (bool larger : {false, true}) {
    const std::string name = larger ? "larger" : "smaller";
    CAPTURE(name);
    ReduceOnPlateau plateau({.factor = 0.5, .patience = 1, .larger_is_better = larger, .smallest = 0.2});
    for (std::int64_t i = 0; i < recorded[name].numel(); ++i) {
      CAPTURE(i);
      CHECK(plateau.observe(recorded[name + "_values"].at({i})) == doctest::Approx(recorded[name].at({i})).epsilon(1e-12));
    }
  }
}

TEST_CASE("ReduceOnPlateau: NaN is not an improvement, and any finite number improves on infinity") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  ReduceOnPlateau plateau({.factor = 0.5, .patience = 0});
  CHECK(plateau.observe(nan) == 0.5);
  CHECK(plateau.observe(infinity) == 0.5);
  CHECK(plateau.observe(3) == 0.5);
  CHECK(plateau.observe(nan) == 0.25);
  CHECK(plateau.observe(2) == 0.25);
  CHECK(plateau.observe(2) == 0.125);
}

TEST_CASE("ReduceOnPlateau continues from its state") {
  ReduceOnPlateau first({.patience = 1}), second({.patience = 1});
  for (double value : {3.0, 2.0, 2.0}) first.observe(value);
  second.state = first.state;
  CHECK(second.observe(2) == doctest::Approx(0.1));
  CHECK(first.observe(2) == second.state.factor);
}

TEST_CASE("ReduceOnPlateau refuses factors outside 0 .. 1") {
  CHECK_THROWS_WITH_AS(ReduceOnPlateau({.factor = 1}), doctest::Contains("ReduceOnPlateau: factor is 1, outside 0 .. 1"),
                       ValueError);
  CHECK_THROWS_AS(ReduceOnPlateau({.factor = 0}), ValueError);
}
