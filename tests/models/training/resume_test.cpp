// Every option that has state, stopped at every update: a resumed training ends like one that never stopped.
#include <doctest/doctest.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>

#include <limits>

#include "tests/models/training/resume.h"

using namespace weft;
using test::Outcome, test::Resumable, test::stop_after, test::TemporaryFolder;

namespace {

constexpr int kUpdates = 15;  // 39 sentences in batches of 8, three epochs

// NaN for some batches, depending on their content.
struct SometimesBad {
  Variable operator()(const Variable& logits, const Tensor& targets) const {
    const Variable loss = nn::CrossEntropy()(logits, targets);
    const bool bad = std::ranges::count(targets.span<std::int64_t>(), 1) % 3 == 0;
    return bad ? loss * std::numeric_limits<double>::quiet_NaN() : loss;
  }
  nn::CrossEntropy for_evaluation() const { return nn::CrossEntropy(); }
};

const std::vector<Resumable>& kinds() {
  static const std::vector<Resumable> all{
      {"Adam", [](FitOptions&) {}},
      {"without validation", [](FitOptions& o) { o.average = 0.8; }, [] { return optim::SGD({.lr = 0.1}).clone(); },
       nn::CrossEntropy(), false},
      {"plateaus",
       [](FitOptions& o) { o.plateau_factor = 0.5, o.plateau_patience = 1, o.monitor = "accuracy", o.clip_norm = 0.3; },
       [] { return optim::Adam({.lr = 0.5}).clone(); }},
      {"patience",
       [](FitOptions& o) {
         o.epochs = 9, o.patience = 2, o.plateau_factor = 0.1, o.plateau_patience = 0, o.restore_best = false;
       },
       [] { return optim::SGD({.lr = 3, .momentum = 0.9}).clone(); }},
      {"an average, accumulation, batches by tokens",
       [](FitOptions& o) {
         o.average = 0.9, o.accumulate = 2, o.batch_tokens = 40, o.normalization = LossNormalization::example;
         o.schedule = RateSchedule("cosine", {3, TrainingTime::Unit::updates});
       },
       [] { return optim::AdamW({.lr = 3e-2, .row_updates = optim::RowUpdates::lazy}).clone(); }},
      {"skipped updates", [](FitOptions& o) { o.not_finite = NotFinite::skip, o.schedule = "step:0.5/4u"; },
       [] { return optim::RMSprop().clone(); }, SometimesBad()},
      {"a score that draws",
       [](FitOptions& o) {
         o.monitor = "drawn";
         o.scores = {{"drawn", [] { return uniform({1}).at({0}); }}};
       },
       [] { return optim::Adagrad().clone(); }, nn::CrossEntropy({.label_smoothing = 0.1})},
  };
  return all;
}

struct Killed {};

}  // namespace

TEST_CASE("resume: every option that has state, stopped at every update") {
  for (const Resumable& kind : kinds()) {
    CAPTURE(kind.name);
    const Outcome undisturbed = kind.train();
    CHECK(undisturbed == kind.train());
    for (int updates = 1; updates <= kUpdates; ++updates) {
      CAPTURE(updates);
      TemporaryFolder folder;
      const std::string path = folder / "model";
      kind.train([&](FitOptions& o) { o.checkpoint.path = path, o.callbacks = {stop_after(updates)}; });
      CHECK(kind.train([&](FitOptions& o) { o.checkpoint = {.path = path, .resume = true}; }) == undisturbed);
      CHECK(folder.files() == 0);
    }
  }
}

TEST_CASE("resume: killed after every update, training continues from the checkpoint before") {
  const Resumable& kind = kinds()[2];
  const Outcome undisturbed = kind.train();
  TemporaryFolder folder;
  auto run = [&](int updates) {
    auto kill = [left = updates](const UpdateRecord&) mutable {  // 0: not at all
      if (--left == 0) throw Killed();
    };
    return kind.train([&](FitOptions& o) {
      o.checkpoint = {.path = folder / "model", .every = TrainingTime::parse("2u"), .resume = true};
      o.callbacks = {{.on_update = kill}};
    });
  };
  for (int updates = 1; updates <= 6; ++updates) CHECK_THROWS_AS(run(std::min(updates, 4)), Killed);
  CHECK(run(0) == undisturbed);
}

TEST_CASE("resume: a history with numbers that are not finite") {
  struct Strange : Metric {
    std::string name() const override { return "strange"; }
    void reset() override {}
    void add(const Tensor&, const Tensor&) override {}
    double value() const override { return std::numeric_limits<double>::quiet_NaN(); }
  };
  auto train = [&](const std::function<void(FitOptions&)>& run) {
    manual_seed(7);
    test::RandomTagger model;
    Trainer trainer(model, optim::Adam(), nn::CrossEntropy(), {std::make_shared<Strange>()});
    FitOptions options{.epochs = 3, .batch_size = 8, .monitor = "strange", .progress = false};
    run(options);
    trainer.fit(test::tagging(39, 1), test::tagging(11, 2), options);
    return test::weights_of(model);
  };
  TemporaryFolder folder;
  train([&](FitOptions& o) { o.checkpoint.path = folder / "model", o.callbacks = {stop_after(7)}; });
  CHECK(test::same_bits(train([&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}; }),
                        train([](FitOptions&) {})));
}

TEST_CASE("resume: ten skipped updates in a row end training at the same step") {
  // The weights are infinite after the rate jumps, and every loss from then on is not finite.
  const Resumable kind{"a jump",
                       [](FitOptions& o) {
                         o.not_finite = NotFinite::skip, o.batch_size = 2;
                         o.schedule = RateSchedule([](std::int64_t update) { return update < 3 ? 1 : 1e300; });
                       },
                       [] { return optim::SGD({.lr = 1e-2}).clone(); },
                       nn::CrossEntropy(),
                       false,
                       2};
  auto error_of = [&](const std::function<void(FitOptions&)>& run) -> std::string {
    try {
      kind.train(run);
    } catch (const GradError& error) {
      return error.what();
    }
    return "";
  };
  const std::string whole = error_of({});
  CHECK(whole.find(" at step 15, the 10th in a row; ") != std::string::npos);  // two fits of 5 updates came before, and 4 here
  for (int updates = 1; updates < 14; ++updates) {
    CAPTURE(updates);
    TemporaryFolder folder;
    const std::string path = folder / "model";
    CHECK(error_of([&](FitOptions& o) { o.checkpoint.path = path, o.callbacks = {stop_after(updates)}; }).empty());
    Resumable fresh = kind;
    fresh.fits_before = 0;  // so that its optimizer has taken no step
    std::string error;
    try {
      fresh.train([&](FitOptions& o) { o.checkpoint = {.path = path, .resume = true}; });
    } catch (const GradError& thrown) {
      error = thrown.what();
    }
    CHECK(error == whole);
  }
}
