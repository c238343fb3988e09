#include <weft/models/training/cross_validation.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <tuple>

using namespace weft;

namespace {

EpochRecord record(int epoch, double loss, double accuracy) {
  EpochRecord one;
  one.epoch = epoch;
  one.train = {.loss = 2 * loss, .metrics = {{"accuracy", accuracy / 2}}};
  one.validation = Scores{.loss = loss, .metrics = {{"accuracy", accuracy}}};
  one.seconds = 1.5;
  one.tokens = 10;
  one.updates = 4 * epoch;
  return one;
}

}  // namespace

TEST_CASE("pooled scores are means over all examples that were held out") {
  const std::vector<Fold> folds{{{record(1, 1, 0.5), record(2, 0.5, 0.75), record(3, 0.1, 1)}, 10},
                                {{record(1, 4, 0.2), record(2, 2, 0.3)}, 30}};
  const History all = pooled(folds);
  REQUIRE(all.size() == 2);
  CHECK(all[0].epoch == 1);
  CHECK(all[0].validation->loss == doctest::Approx(3.25));
  CHECK(all[1].validation->metric("accuracy") == doctest::Approx(0.4125));
  CHECK(all[0].train.loss == doctest::Approx(5));
  CHECK(all[0].train.metric("accuracy") == doctest::Approx(0.175));
  CHECK(all[1].seconds == doctest::Approx(3));
  CHECK(all[1].tokens == 20);
  CHECK(all[1].updates == 16);
  CHECK(best_epoch(all, "accuracy") == 2);
  CHECK_THROWS_WITH_AS(pooled({}), "cross-validation: there are no folds", ValueError);
  EpochRecord unscored = record(1, 1, 1);
  unscored.validation.reset();
  CHECK_THROWS_AS(pooled(std::vector<Fold>{{{unscored}, 1}}), ValueError);
}

TEST_CASE("smoothed scores are means of a neighbourhood") {
  History history;
  for (int epoch = 1; epoch <= 20; ++epoch) history.push_back(record(epoch, 1, epoch == 4 ? 0.9 : epoch >= 12 ? 0.8 : 0.4));
  CHECK(best_epoch(history, "accuracy") == 4);
  const History smooth = smoothed(history);
  REQUIRE(smooth.size() == 20);
  CHECK(best_epoch(smooth, "accuracy") == 14);
  CHECK(smooth[3].validation->metric("accuracy") == doctest::Approx(0.5));
  CHECK(smooth[0].validation->metric("accuracy") == doctest::Approx(0.4));
  CHECK(smooth[1].validation->metric("accuracy") == doctest::Approx(0.525));
  CHECK(smooth[19].validation->metric("accuracy") == doctest::Approx(0.8));
  CHECK(smooth[19].train.loss == 2);
  const History few(history.begin(), history.begin() + 9);
  CHECK(smoothed(few)[3].validation->metric("accuracy") == 0.9);
}

TEST_CASE("plan_dev: holds out a twentieth if that is enough, otherwise at most a fifth, in as many folds as needed") {
  auto plan = [](std::size_t count, std::size_t least) {
    const DevPlan all = plan_dev(count, least);
    return std::tuple(all.parts, all.folds, all.train_on_all);
  };
  using Plan = std::tuple<std::size_t, std::size_t, bool>;
  CHECK(plan(300, 0) == Plan{20, 1, false});
  CHECK(plan(20000, 500) == Plan{20, 1, false});
  CHECK(plan(10000, 500) == Plan{20, 1, false});
  CHECK(plan(9999, 500) == Plan{19, 1, true});
  CHECK(plan(5452, 500) == Plan{10, 1, true});
  CHECK(plan(1703, 500) == Plan{5, 2, true});
  CHECK(plan(500, 500) == Plan{5, 5, true});
  CHECK(plan(100, 500) == Plan{5, 5, true});
  CHECK(plan(3, 500) == Plan{5, 5, true});
}

TEST_CASE("cross_validate: the first fold, unless its examples are few, decides how long the others run; no callback is called") {
  FitOptions fit{.epochs = 30, .patience = 3, .min_updates = 24, .monitor = "accuracy", .progress = false};
  fit.checkpoint.path = "somewhere";
  fit.callbacks = {{.stop = [] { return true; }}};
  std::vector<FitOptions> seen;
  auto train = [&](std::int64_t fold_size) {
    return [&, fold_size](std::size_t, const FitOptions& options) {
      seen.push_back(options);
      Fold fold{{}, fold_size};
      for (int epoch = 1; epoch <= options.epochs; ++epoch) {
        fold.history.push_back(record(epoch, 1.0 / epoch, epoch == 6 ? 0.9 : 0.5));  // the loss falls all the time
        if (!options.callbacks.at(0).on_epoch(fold.history)) break;
      }
      return fold;
    };
  };
  CrossValidation found = cross_validate(3, 60, fit, train(60));
  CHECK(found.epochs == 6);
  CHECK(found.history.size() == 9);
  CHECK(found.examples == 180);
  CHECK(found.scores().metric("accuracy") == doctest::Approx(0.9));
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].epochs == 30);
  CHECK(seen[2].epochs == 9);
  for (const FitOptions& options : seen) {
    CHECK(options.patience == 0);
    CHECK(options.checkpoint.path.empty());
    REQUIRE(options.callbacks.size() == 1);
    CHECK(!options.callbacks[0].stop);
  }
  found = cross_validate(2, 40, fit, train(40));
  CHECK(found.history.size() == 6);  // of 4 updates each
  CHECK_THROWS_AS(cross_validate(0, 40, fit, train(40)), ValueError);
  fit.monitor = "loss";
  auto broken = [&](std::size_t, const FitOptions&) {
    return Fold{{record(1, std::numeric_limits<double>::quiet_NaN(), 0.5)}, 60};
  };
  CHECK_THROWS_AS(cross_validate(1, 60, fit, broken), GradError);
}

TEST_CASE("wilson_half_width: how much an accuracy may vary by chance") {
  // Wilson 1927 with z = 1: (p + 1 / 2n +- sqrt(p q / n + 1 / 4 n^2)) / (1 + 1 / n)
  CHECK(wilson_half_width(0.5, 100) == doctest::Approx(0.0497518595));
  CHECK(wilson_half_width(1, 5) == doctest::Approx(1.0 / 12));
  CHECK(wilson_half_width(0, 1) == doctest::Approx(0.25));
  CHECK(wilson_half_width(0.9, 1000000) == doctest::Approx(0.0003).epsilon(1e-5));
}
