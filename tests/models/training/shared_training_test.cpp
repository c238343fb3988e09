// A training in shards has the same bytes on any number of ranks, which here are threads.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/sgd.h>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::ChangeOptions, test::Outcome, test::partly_ignored, test::SharedTraining, test::tagging;

namespace {

// A loss that cannot give the losses of single targets.
Variable only_mean(const Variable& logits, const Tensor& targets) { return nn::CrossEntropy()(logits, targets); }

std::unique_ptr<optim::Optimizer> momentum() { return optim::SGD({.lr = 0.3, .momentum = 0.9}).clone(); }

// A part of it is never used.
struct PartlyUsedTagger : test::Tagger {
  nn::Linear unused{this, "unused", 4, 5};
};

// Mixes examples, but only in some batches: earlier updates run in one graph.
struct SometimesMixes : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear hidden{this, "hidden", 8, 8}, dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    Variable x = embedding(in.tokens);
    const auto words = in.tokens.span<std::int64_t>();
    const bool mixes = std::ranges::count(words, 19) > 1 && std::ranges::count(words, 7) > 1;
    if (training() && mixes) x = x - mean(x, {0, 1}, true) * 0.5;
    return dense(tanh(hidden(x)));
  }
};

// Trains with the losses and gradient norms of the first updates, which it returns.
template <class Model = test::Tagger>
std::vector<double> first_numbers(const SharedTraining& training, int shards) {
  std::vector<double> numbers;
  training.train<Model>(nullptr, [&](FitOptions& o) {
    o.shards = shards;
    o.callbacks.push_back({.on_update = [&](const UpdateRecord& update) {
      if (update.update <= 3) numbers.insert(numbers.end(), {update.loss, update.gradient_norm});
    }});
  });
  return numbers;
}

// Checks that they are those without shards, except for rounding.
template <class Model = test::Tagger>
void check_first_numbers(const SharedTraining& training) {
  const std::vector<double> expected = first_numbers<Model>(training, 1);
  CHECK(expected.size() == 6);
  for (int shards : {2, 3, 8, 16}) {
    CAPTURE(shards);
    const std::vector<double> found = first_numbers<Model>(training, shards);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  }
}

}  // namespace

TEST_CASE("ranks: weights, state of the optimizer and history have the same bytes on any number of ranks and threads") {
  SharedTraining{"Adam"}.check_any_ranks();
  SharedTraining{"without validation", [](FitOptions& o) { o.average = 0.8; }, momentum, nn::CrossEntropy(), false}
      .check_any_ranks();
}

TEST_CASE("ranks: most of the dense gradients are exchanged during the backward pass") {
  const auto bytes = test::results_of_ranks(2, [](test::ThreadRank& ranks) {
    SharedTraining{"Adam"}.train(&ranks);
    return ranks.sent_early;
  });
  // Of 15 updates, all but the first: half of the rows of a weight [3, 8] and of a bias [3], in f32.
  CHECK(bytes == std::vector<std::size_t>{14 * (2 * 8 + 2) * 4, 14 * (8 + 1) * 4});
}

TEST_CASE("ranks: an op that mixes examples for the first time in a later update, when gradients above it are under way") {
  for (std::uint64_t seed : {1u, 2u, 3u}) {
    SharedTraining training{"mixes later"};
    training.data = tagging(61, seed);
    training.check_any_ranks<SometimesMixes>();
    training.change = [](FitOptions& o) { o.accumulate = 3, o.batch_tokens = 40; };
    training.check_any_ranks<SometimesMixes>(4);
  }
}

TEST_CASE("ranks: gradients that are clipped, and shards whose number is not a power of two") {
  const ChangeOptions clip = [](FitOptions& o) { o.clip_norm = 0.05, o.shards = 5; };
  SharedTraining{"clipped", clip, momentum}.check_any_ranks(4);
  SharedTraining{"clipped a little", [](FitOptions& o) { o.clip_norm = 0.3, o.shards = 11; }}.check_any_ranks();
}

TEST_CASE("ranks: accumulation, batches by tokens, and each way to divide the losses") {
  for (LossNormalization normalization : {LossNormalization::target, LossNormalization::example, LossNormalization::none}) {
    const ChangeOptions change = [=](FitOptions& o) {
      o.accumulate = 2, o.batch_tokens = 40, o.normalization = normalization, o.clip_norm = 1;
      o.schedule = RateSchedule("cosine", {3, TrainingTime::Unit::updates});
    };
    const auto lazy = [] { return optim::AdamW({.lr = 3e-2, .row_updates = optim::RowUpdates::lazy}).clone(); };
    SharedTraining{"accumulated", change, lazy}.check_any_ranks();
  }
}

TEST_CASE("ranks: updates with fewer examples than shards, so that ranks have none") {
  for (std::int64_t batch_size : {1, 3, 5}) {
    CAPTURE(batch_size);
    const ChangeOptions small = [=](FitOptions& o) { o.batch_size = batch_size, o.epochs = 1; };
    SharedTraining{"few examples", small, [] { return optim::Adagrad().clone(); }}.check_any_ranks();
  }
}

TEST_CASE("ranks: shares and whole updates in which no target counts") {
  for (std::int64_t share : {5, 9, 10}) {
    CAPTURE(share);
    SharedTraining training{"ignored", [](FitOptions& o) { o.batch_size = 4; }, [] { return optim::RMSprop().clone(); }};
    training.data = partly_ignored(30, 3, share);
    training.dev = partly_ignored(9, 4, share);
    training.check_any_ranks();
    training.loss = only_mean;
    training.check_any_ranks(2);
  }
}

TEST_CASE("ranks: class weights, label smoothing, and losses that only give their mean") {
  const Tensor weights = tensor({0.5, 2.0, 1.25});
  SharedTraining{"class weights", [](FitOptions&) {}, momentum, nn::CrossEntropy({.class_weights = weights})}.check_any_ranks();
  SharedTraining{"smoothing", [](FitOptions&) {}, momentum, nn::CrossEntropy({.class_weights = weights, .label_smoothing = 0.1})}
      .check_any_ranks();
  SharedTraining{"a mean", [](FitOptions&) {}, momentum, only_mean}.check_any_ranks();
}

TEST_CASE("ranks: a model with a loss of its own, and one whose embedding is its output layer") {
  SharedTraining{"extra loss"}.check_any_ranks<test::SquaringTagger>();
  SharedTraining{"tied", [](FitOptions& o) { o.clip_norm = 0.5; }}.check_any_ranks<test::TiedTagger>();
}

TEST_CASE("ranks: random numbers belong to the examples: dropout, word dropout, scheduled sampling and draws of the model") {
  using test::DroppingTagger, test::RandomTagger;
  SharedTraining{"draws"}.check_any_ranks<RandomTagger>();
  const ChangeOptions accumulate = [](FitOptions& o) { o.accumulate = 3, o.batch_size = 3; };
  SharedTraining{"accumulated draws", accumulate}.check_any_ranks<RandomTagger>();
  SharedTraining{"dropout by tokens", [](FitOptions& o) { o.batch_tokens = 30; }}.check_any_ranks<DroppingTagger>();
}

TEST_CASE("ranks: plateaus, early stopping, averages and the best weights") {
  SharedTraining{"plateaus",
                 [](FitOptions& o) { o.epochs = 6, o.plateau_factor = 0.5, o.plateau_patience = 0, o.monitor = "accuracy"; },
                 [] { return optim::Adam({.lr = 0.5}).clone(); }}
      .check_any_ranks();
  SharedTraining{"patience", [](FitOptions& o) { o.epochs = 9, o.patience = 1, o.restore_best = true, o.average = 0.5; },
                 [] { return optim::SGD({.lr = 3, .momentum = 0.9}).clone(); }}
      .check_any_ranks();
}

TEST_CASE("ranks: a score of the whole model is computed on the first rank alone, and counts on all") {
  std::atomic<int> calls = 0;
  SharedTraining training{"score", [&](FitOptions& o) {
                            o.monitor = "drawn", o.patience = 1, o.epochs = 5;
                            o.scores = {{"drawn", [&] {
                                           ++calls;
                                           return static_cast<double>(uniform({1}).at({0}));
                                         }}};
                          }};
  training.check_any_ranks();
  calls = 0;
  const Outcome alone = training.train(nullptr);
  const int once = calls.exchange(0);
  training.train_on(4);
  CHECK(calls == once);
}

TEST_CASE("ranks: groups of parameters, frozen ones, parameters without a gradient, and models of f64") {
  SharedTraining groups{"groups", [](FitOptions& o) { o.clip_norm = 0.5; }};
  groups.groups = {{"dense", {.learning_rate_scale = 0.1, .weight_decay = 0.1}}, {"embedding", {.learning_rate_scale = 2}}};
  groups.check_any_ranks();
  SharedTraining frozen{"frozen"};
  frozen.prepare = [](nn::Module& model) { model.parameters()[1]->freeze(); };
  frozen.check_any_ranks();
  SharedTraining without{"without a gradient", [](FitOptions& o) { o.without_gradient = {"unused"}; }};
  without.check_any_ranks<PartlyUsedTagger>();
  SharedTraining wide{"f64", [](FitOptions& o) { o.clip_norm = 0.5; }};
  wide.prepare = [](nn::Module& model) { model.to(DType::f64); };
  wide.check_any_ranks();
}

TEST_CASE("ranks: numbers as targets, from plain tensors") {
  struct Regression : nn::Module {
    nn::Linear hidden{this, "hidden", 5, 16}, output{this, "output", 16, 2};
    Variable forward(const Tensor& x) { return output(tanh(hidden(x))); }
  };
  Numbers numbers(1);
  const Tensor inputs = numbers.tensor({50, 5}, DType::f32), targets = numbers.tensor({50, 2}, DType::f32);
  const auto train = [&](Communicator* ranks, int shards, std::vector<double>& losses) {
    manual_seed(7);
    Regression model;
    Trainer trainer(model, optim::SGD({.lr = 0.05, .momentum = 0.9}), nn::MSE());
    const auto keep = [&](const UpdateRecord& update) { losses.push_back(update.loss); };
    trainer.fit(inputs, targets,
                {.epochs = 2,
                 .batch_size = 9,
                 .shards = shards,
                 .communicator = ranks,
                 .progress = false,
                 .callbacks = {{.on_update = keep}}});
    return test::weights_of(model);
  };
  std::vector<double> whole, alone, found;
  train(nullptr, 1, whole);
  const auto expected = train(nullptr, 8, alone);
  REQUIRE(alone.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) CHECK(alone[i] == doctest::Approx(whole[i]).epsilon(1e-5));
  for (int count : {2, 4, 8}) {
    found.clear();
    for (const auto& weights : test::results_of_ranks(count, [&](test::ThreadRank& ranks) {
           std::vector<double> own;
           return train(&ranks, 8, ranks.rank() == 0 ? found : own);
         }))
      CHECK(test::same_bits(weights, expected));
    CHECK(found == alone);
  }
}

TEST_CASE("ranks: validation data of many batches are added in their order") {
  SharedTraining training{"long", [](FitOptions& o) { o.batch_size = 40; }};
  training.dev = tagging(1500, 2);
  training.prepare = [](nn::Module& model) { model.to(DType::f64); };  // sums of losses of f32 are exact
  training.check_any_ranks();
}

TEST_CASE("ranks: without epochs nothing changes") {
  SharedTraining{"no epochs", [](FitOptions& o) { o.epochs = 0; }}.check_any_ranks();
}

TEST_CASE("ranks: some of the updates are large, so that ops use both threads") {
  SharedTraining training{"large", [](FitOptions& o) { o.batch_size = 200, o.epochs = 2; }};
  training.data = tagging(600, 1);
  training.check_any_ranks(4);
}

TEST_CASE("shards: to rounding, the losses and the norms are those without shards") {
  std::vector<SharedTraining> all{
      {"plain"},
      {"accumulated", [](FitOptions& o) { o.accumulate = 3; }},
      {"by examples", [](FitOptions& o) { o.normalization = LossNormalization::example; }},
      {"undivided", [](FitOptions& o) { o.normalization = LossNormalization::none, o.clip_norm = 1; }},
      {"class weights", [](FitOptions&) {}, momentum,
       nn::CrossEntropy({.class_weights = tensor({0.5, 2.0, 1.25}), .label_smoothing = 0.1})},
      {"a mean", [](FitOptions& o) { o.accumulate = 2; }, momentum, only_mean}};
  all.push_back({"ignored"});
  all.back().data = partly_ignored(39, 3, 4);
  for (const SharedTraining& training : all) {
    CAPTURE(training.name);
    check_first_numbers(training);
  }
  check_first_numbers<test::DroppingTagger>({"dropout"});
  check_first_numbers<test::SquaringTagger>({"extra loss"});
}

TEST_CASE("shards: the metrics of an epoch are those without shards") {
  const SharedTraining training{"unchanged", [](FitOptions& o) { o.epochs = 1; }, [] { return optim::SGD({.lr = 0}).clone(); }};
  const auto record_of = [&](int shards) {
    EpochRecord last;
    training.train(nullptr, [&](FitOptions& o) {
      o.shards = shards;
      o.callbacks = {{.on_epoch = [&](const History& history) {
        last = history.back();
        return true;
      }}};
    });
    return last;
  };
  const EpochRecord expected = record_of(1);
  REQUIRE(expected.train.metrics.size() == 5);
  for (int shards : {2, 5, 8}) {
    CAPTURE(shards);
    const EpochRecord found = record_of(shards);
    CHECK(found.train.metrics == expected.train.metrics);
    CHECK(found.validation->metrics == expected.validation->metrics);
    CHECK(found.train.loss == doctest::Approx(expected.train.loss).epsilon(1e-6));
    CHECK(found.validation->loss == doctest::Approx(expected.validation->loss).epsilon(1e-6));
    CHECK(found.tokens == expected.tokens);
    CHECK(found.updates == expected.updates);
  }
}

TEST_CASE("shards: whether they run in one graph or in graphs of their own changes no bit, also if ranks differ in it") {
  std::vector<SharedTraining> all{
      {"plain"},
      {"accumulated", [](FitOptions& o) { o.accumulate = 2, o.batch_tokens = 40, o.clip_norm = 0.3; }},
      {"few examples", [](FitOptions& o) { o.batch_size = 5; }, momentum}};
  for (const SharedTraining& training : all) {
    CAPTURE(training.name);
    const auto with = [&](ShardGraphs graphs) {
      return training.train<test::RandomTagger>(nullptr, [=](FitOptions& o) { o.shard_graphs = graphs; });
    };
    const Outcome one = with(ShardGraphs::one);
    CHECK(with(ShardGraphs::each) == one);
    CHECK(with(ShardGraphs::fastest) == one);
    for (int which : {0, 1, 2})  // of four ranks: the first, the others, or those that turn out to be faster
      for (const Outcome& outcome : test::results_of_ranks(4, [&](test::ThreadRank& ranks) {
             return training.train<test::RandomTagger>(&ranks, [&](FitOptions& o) {
               const bool each = (ranks.rank() == 0) == (which == 0);
               o.shard_graphs = which == 2 ? ShardGraphs::fastest : each ? ShardGraphs::each : ShardGraphs::one;
             });
           }))
        CHECK(outcome == one);
  }
}

TEST_CASE("shards: a training in graphs of their own may be resumed in one graph") {
  const SharedTraining training{"plain"};
  const Outcome undisturbed = training.train(nullptr);
  test::TemporaryFolder folder;
  const std::string path = folder / "model";
  training.train(nullptr, [&](FitOptions& o) {
    o.shard_graphs = ShardGraphs::each, o.checkpoint.path = path, o.callbacks = {test::stop_after(7)};
  });
  CHECK(folder.files() == 1);
  CHECK(training.train(nullptr, [&](FitOptions& o) { o.checkpoint = {.path = path, .resume = true}; }) == undisturbed);
}

TEST_CASE("shards: their number is a part of the training: another one gives other bits") {
  const SharedTraining training{"Adam"};
  const Outcome eight = training.train(nullptr);
  CHECK_FALSE(training.train(nullptr, [](FitOptions& o) { o.shards = 4; }) == eight);
  CHECK(training.train(nullptr, [](FitOptions& o) { o.shards = 8; }) == eight);
}
