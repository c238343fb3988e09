// A shared training that was stopped goes on with another number of ranks, and ends like one that never stopped.
#include <doctest/doctest.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::Outcome, test::RandomTagger, test::SharedTraining, test::stop_after, test::TemporaryFolder;

namespace {

std::vector<SharedTraining> kinds() {
  return {
      {"Adam"},
      {"clipped, an average, accumulation",
       [](FitOptions& o) { o.average = 0.9, o.accumulate = 2, o.batch_tokens = 40, o.clip_norm = 0.3; },
       [] { return optim::AdamW({.lr = 3e-2, .row_updates = optim::RowUpdates::lazy}).clone(); }},
      {"plateaus", [](FitOptions& o) { o.plateau_factor = 0.5, o.plateau_patience = 0, o.monitor = "accuracy", o.shards = 11; },
       [] { return optim::SGD({.lr = 3, .momentum = 0.9}).clone(); }},
      {"without validation", [](FitOptions& o) { o.batch_size = 3; }, [] { return optim::Adagrad().clone(); }, nn::CrossEntropy(),
       false}};
}

}  // namespace

TEST_CASE("ranks: stopped on one number of ranks and resumed on another, a training ends as if it had never stopped") {
  // Ranks before and after, and the updates before.
  constexpr int kWays[][3] = {{1, 4, 1}, {4, 1, 3}, {2, 8, 4}, {8, 2, 6}, {4, 4, 7}};
  for (const SharedTraining& kind : kinds()) {
    CAPTURE(kind.name);
    const Outcome undisturbed = kind.train<RandomTagger>(nullptr);
    for (const auto& way : kWays) {
      const int before = way[0], after = way[1], updates = way[2];
      CAPTURE(before);
      CAPTURE(after);
      CAPTURE(updates);
      TemporaryFolder folder;
      const std::string path = folder / "model";
      kind.train_on<RandomTagger>(before, 1,
                                  [&](FitOptions& o) { o.checkpoint.path = path, o.callbacks = {stop_after(updates)}; });
      CHECK(folder.files() == 1);
      const auto ends =
          kind.train_on<RandomTagger>(after, 2, [&](FitOptions& o) { o.checkpoint = {.path = path, .resume = true}; });
      for (const Outcome& end : ends) CHECK(end == undisturbed);
      CHECK(folder.files() == 0);
    }
  }
}

TEST_CASE("ranks: checkpoints at intervals are written by the first rank, and killed ranks continue from the last") {
  const SharedTraining training{"Adam"};
  const Outcome undisturbed = training.train(nullptr);
  TemporaryFolder folder;
  auto run = [&](int count, int updates) {
    return training.train_on(count, 1, [&](FitOptions& o) {
      o.checkpoint = {.path = folder / "model", .every = TrainingTime::parse("2u"), .resume = true};
      if (updates > 0)
        o.callbacks = {{.on_update = [left = updates](const UpdateRecord&) mutable {
          if (--left == 0) throw std::runtime_error("killed");
        }}};
    });
  };
  for (int count : {4, 2, 8, 1}) CHECK_THROWS_WITH_AS(run(count, 4), "killed", std::runtime_error);
  for (const Outcome& end : run(2, 0)) CHECK(end == undisturbed);
}

TEST_CASE("ranks: the clock of the first rank decides when a checkpoint is due") {
  const SharedTraining training{"Adam"};
  const Outcome undisturbed = training.train(nullptr);
  TemporaryFolder folder;
  const auto ends = test::results_of_ranks(4, [&](test::ThreadRank& ranks) {
    const auto wait = [&] {  // so that on this rank a checkpoint is always due, on the first one after every other update
      if (ranks.rank() == 1) std::this_thread::sleep_for(std::chrono::milliseconds(6));
      return false;
    };
    return training.train(&ranks, [&](FitOptions& o) {
      o.checkpoint = {.path = folder / "model", .every = {0.003, TrainingTime::Unit::seconds}};
      o.callbacks = {{.stop = wait, .on_every_rank = true}};
    });
  });
  for (const Outcome& end : ends) CHECK(end == undisturbed);
}

TEST_CASE("ranks: a stop that only one rank is asked for stops all, after the same update, with a checkpoint") {
  for (int asked : {0, 1, 3}) {
    CAPTURE(asked);
    TemporaryFolder folder;
    const SharedTraining training{"Adam"};
    std::vector<int> updates(4), stopped(4);
    test::run_on_ranks(4, [&](test::ThreadRank& ranks) {
      const auto rank = static_cast<std::size_t>(ranks.rank());
      training.train(&ranks, [&](FitOptions& o) {
        o.checkpoint.path = folder / "model";
        o.callbacks = {{.on_update = [&, rank](const UpdateRecord&) { ++updates[rank]; },
                        .stop = [&, rank] { return ranks.rank() == asked && updates[rank] == 3; },
                        .on_end = [&, rank](const History&, bool was_stopped) { stopped[rank] = was_stopped; },
                        .on_every_rank = true}};
      });
    });
    CHECK(updates == std::vector<int>(4, 3));
    CHECK(stopped == std::vector<int>(4, 1));
    CHECK(folder.files() == 1);
    const auto ends = training.train_on(2, 1, [&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}; });
    CHECK(ends[0] == training.train(nullptr));
  }
}

TEST_CASE("ranks: another number of shards does not resume a training, and the error is that of all ranks") {
  TemporaryFolder folder;
  const SharedTraining training{"Adam"};
  training.train_on(2, 1, [&](FitOptions& o) { o.checkpoint.path = folder / "model", o.callbacks = {stop_after(2)}; });
  const auto ends = test::ends_of_ranks(4, [&](test::ThreadRank& ranks) {
    training.train(&ranks, [&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}, o.shards = 4; });
  });
  for (const test::RankEnd& end : ends) {
    CHECK(end.error.find("shards") != std::string::npos);
    CHECK_FALSE(end.for_another);
  }
}

TEST_CASE("ranks: optimizers that are used again, as a Trainer does in a second fit") {
  const auto twice = [](Communicator* ranks, Communicator* second_ranks) {
    manual_seed(7);
    test::Tagger model;
    Trainer trainer(model, optim::Adam({.lr = 3e-2}), nn::CrossEntropy());
    const auto data = test::tagging(39, 1);
    trainer.fit(data, {.epochs = 1, .batch_size = 8, .shards = 8, .communicator = ranks, .progress = false});
    trainer.fit(data, {.epochs = 1, .batch_size = 8, .shards = 8, .communicator = second_ranks, .progress = false});
    return std::pair(test::weights_of(model), trainer.optimizer().state());
  };
  const auto alone = twice(nullptr, nullptr);
  for (bool first : {false, true}) {
    const auto found =
        test::results_of_ranks(4, [&](test::ThreadRank& ranks) { return twice(first ? &ranks : nullptr, &ranks); });
    for (const auto& [weights, state] : found) {
      CHECK(test::same_bits(weights, alone.first));
      for (const auto& [name, value] : alone.second) CHECK(equal_bits(state.at(name), value));
    }
  }
}
