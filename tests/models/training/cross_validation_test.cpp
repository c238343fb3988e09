#include <weft/models/training/cross_validation.h>

#include <doctest/doctest.h>

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

TEST_CASE("the standard error of an accuracy") {
  CHECK(standard_error(0.5, 100) == doctest::Approx(0.05));
  CHECK(standard_error(1, 7) == 0);
}
