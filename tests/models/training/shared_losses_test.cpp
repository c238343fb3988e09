// Losses that give one number for each target or example: several shards run in one graph, with the bytes of graphs of their own,
// which 8 ranks have for 8 shards.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/softmax.h>

#include <sstream>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::ChangeOptions, test::Outcome, test::partly_ignored, test::SharedTraining, test::stop_after, test::TemporaryFolder;

namespace {

// Sentences of different lengths with a row of three numbers for each.
class RatedSentences : public Data<Batch> {
 public:
  RatedSentences(std::int64_t count, std::uint64_t seed) {
    Numbers numbers(seed);
    for (std::int64_t i = 0; i < count; ++i) {
      Sequence& sentence = sentences_.emplace_back();
      for (std::int64_t n = 1 + numbers.below(9); n > 0; --n) sentence.push_back(1 + numbers.below(19));
    }
    ratings_ = softmax(numbers.tensor({count, 3}, DType::f32));
  }
  std::int64_t size() const override { return std::ssize(sentences_); }
  std::int64_t length(std::size_t i) const override { return std::ssize(sentences_[i]); }
  Example batch(std::span<const std::size_t> indices) const override {
    return {pad(sentences_, indices), detail::rows_at(ratings_, indices)};
  }

 private:
  std::vector<Sequence> sentences_;
  Tensor ratings_;  // they sum to 1
};

struct Rater : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8, .padding_index = 0}};
  nn::Dropout dropout{this, "dropout", 0.2};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) { return dense(dropout(mean(embedding(in), in.lengths))); }
};

// A user's loss with one number for each example: the squared length of its error.
struct SquaredLength {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& outputs, const Tensor& targets) const {
    const Variable losses = sum(square(outputs - targets), {-1});
    return reduction == Reduction::none ? losses : mean(losses);
  }
  SquaredLength with_reduction(Reduction other) const { return {other}; }
};

// The same without a way to get the single numbers.
Variable only_mean(const Variable& outputs, const Tensor& targets) { return SquaredLength()(outputs, targets); }

// A user's loss of classes, some of which are ignored: the focal loss of Lin et al. 2017.
struct Focal {
  Reduction reduction = Reduction::mean;

  Variable operator()(const Variable& logits, const Tensor& targets, Where caller = Where::here()) const {
    const Variable losses = cross_entropy(logits, targets, {.reduction = Reduction::none}, caller);
    const Variable focal = losses * square(1 - exp(-losses));
    if (reduction == Reduction::none) return focal;
    const double count = Loss(nn::CrossEntropy()).weight(targets);
    return count > 0 ? sum(focal) / count : sum(focal);
  }
  Focal with_reduction(Reduction other) const { return {other}; }
};

// Adds a loss of its own for each sentence.
struct SquaringEach : test::SquaringTagger {
  ModelOutput forward_with_loss(const Batch& in) {
    const Variable x = embedding(in);
    return {dense(x), sum(square(x), {1, 2}) * 0.01};
  }
};

template <class Model>
std::string log_of(const SharedTraining& training) {
  std::ostringstream text;
  training.train<Model>(nullptr, [&](FitOptions& o) { o.log = &text; });
  return text.str();
}

template <class Model>
History history_of(const SharedTraining& training, int shards) {
  const auto with_shards = [=](FitOptions& o) { o.shards = shards, o.epochs = 1; };
  return history_from_json(training.train<Model>(nullptr, with_shards).history, "test");
}

struct RatingTraining {
  std::string name;
  Loss loss;
  ChangeOptions change = [](FitOptions&) {};

  Outcome train(Communicator* ranks, const ChangeOptions& run = {}) const {
    manual_seed(7);
    Rater model;
    Trainer trainer(model, optim::SGD({.lr = 0.05, .momentum = 0.9}), loss);
    FitOptions options = test::shared_options(ranks);
    options.epochs = 2, options.batch_size = 11;
    change(options);
    if (run) run(options);
    History history = trainer.fit(RatedSentences(50, 1), RatedSentences(13, 2), options);
    return test::outcome_of(model, trainer.optimizer(), std::move(history));
  }
  std::string log() const {
    std::ostringstream text;
    train(nullptr, [&](FitOptions& o) { o.log = &text; });
    return text.str();
  }
  // Returns the losses and norms of the first updates.
  std::vector<double> first_numbers(int shards) const {
    std::vector<double> numbers;
    train(nullptr, [&](FitOptions& o) {
      o.shards = shards;
      o.callbacks.push_back({.on_update = [&](const UpdateRecord& update) {
        if (update.update <= 3) numbers.insert(numbers.end(), {update.loss, update.gradient_norm});
      }});
    });
    return numbers;
  }
};

std::vector<RatingTraining> rating_trainings() {
  const std::vector<std::pair<std::string, Loss>> losses{
      {"MSE", nn::MSE()}, {"BCEWithLogits", nn::BCEWithLogits()}, {"KLDiv", nn::KLDiv()}, {"a user's", SquaredLength()}};
  std::vector<RatingTraining> all;
  for (const auto& [name, loss] : losses) {
    all.push_back({name, loss});
    all.push_back({name + ", accumulated", loss, [](FitOptions& o) { o.accumulate = 2, o.clip_norm = 0.2; }});
    all.push_back({name + ", by examples", loss,
                   [](FitOptions& o) { o.normalization = LossNormalization::example, o.shards = 5, o.batch_tokens = 40; }});
  }
  return all;
}

}  // namespace

TEST_CASE("shards: losses of numbers run in one graph, with the bytes of each shard's own graph, on any number of ranks") {
  for (const RatingTraining& training : rating_trainings()) {
    CAPTURE(training.name);
    CHECK(training.log().find("one by one") == std::string::npos);
    const Outcome alone = training.train(nullptr);
    const int most = training.name.ends_with("by examples") ? 4 : 8;
    for (int count = 1; count <= most; count *= 2)
      for (int threads : {1, 2}) {
        if (threads == 2 && count > 2) continue;
        CAPTURE(count);
        CAPTURE(threads);
        for (const Outcome& outcome : test::results_of_ranks(count, [&](test::ThreadRank& ranks) {
               const Threads of_ops(threads);
               return training.train(&ranks);
             }))
          CHECK(outcome == alone);
      }
  }
}

TEST_CASE("shards: to rounding, losses of numbers and their norms are those without shards") {
  for (const RatingTraining& training : rating_trainings()) {
    CAPTURE(training.name);
    const std::vector<double> expected = training.first_numbers(1);
    REQUIRE(expected.size() == 6);
    for (int shards : {2, 8}) {
      const std::vector<double> found = training.first_numbers(shards);
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-5));
    }
  }
}

TEST_CASE("shards: a loss of numbers that was stopped on two ranks goes on with four") {
  const RatingTraining training{"KLDiv", nn::KLDiv(), [](FitOptions& o) { o.clip_norm = 0.2; }};
  const Outcome undisturbed = training.train(nullptr);
  TemporaryFolder folder;
  const auto run = [&](int count, const ChangeOptions& change) {
    return test::results_of_ranks(count, [&](test::ThreadRank& ranks) {
      return training.train(&ranks, [&](FitOptions& o) {
        o.checkpoint = {.path = folder / "model", .resume = count == 4};
        change(o);
      });
    });
  };
  run(2, [](FitOptions& o) { o.callbacks = {stop_after(4)}; });
  CHECK(folder.files() == 1);
  for (const Outcome& end : run(4, [](FitOptions&) {})) CHECK(end == undisturbed);
}

TEST_CASE("shards: a user's loss of classes runs in one graph if it has with_reduction, otherwise shards run one by one") {
  SharedTraining focal{"focal"};
  focal.loss = Focal();
  focal.data = partly_ignored(39, 3, 3);
  CHECK(log_of<test::Tagger>(focal).find("one by one") == std::string::npos);
  focal.check_any_ranks();

  CHECK(RatingTraining{"a mean", only_mean}.log().find("shards run one by one, because the loss does not add by examples") !=
        std::string::npos);
}

TEST_CASE("shards: a model's own loss for each example runs in one graph, as a sum shards run one by one") {
  const SharedTraining each{"for each example", [](FitOptions& o) { o.clip_norm = 0.5; }};
  CHECK(log_of<SquaringEach>(each).find("one by one") == std::string::npos);
  each.check_any_ranks<SquaringEach>();
  CHECK(log_of<test::SquaringTagger>(each).find("shards run one by one, because the model's own loss does not add by examples") !=
        std::string::npos);
  SharedTraining{"accumulated", [](FitOptions& o) { o.accumulate = 3, o.batch_tokens = 30; }}.check_any_ranks<SquaringEach>(4);

  const Outcome undisturbed = each.train<SquaringEach>(nullptr);
  TemporaryFolder folder;
  each.train_on<SquaringEach>(2, 1, [&](FitOptions& o) { o.checkpoint.path = folder / "model", o.callbacks = {stop_after(7)}; });
  CHECK(folder.files() == 1);
  const auto ends =
      each.train_on<SquaringEach>(4, 1, [&](FitOptions& o) { o.checkpoint = {.path = folder / "model", .resume = true}; });
  for (const Outcome& end : ends) CHECK(end == undisturbed);
}

TEST_CASE("fit: a model's own loss for each example is that of their sum") {
  const SharedTraining training{"extra loss"};
  for (int shards : {1, 8}) {
    CAPTURE(shards);
    const History sum = history_of<test::SquaringTagger>(training, shards), each = history_of<SquaringEach>(training, shards);
    REQUIRE((sum.front().train.extra_loss && each.front().train.extra_loss && each.front().validation->extra_loss));
    CHECK(*each.front().train.extra_loss == doctest::Approx(*sum.front().train.extra_loss).epsilon(1e-6));
    CHECK(*each.front().validation->extra_loss == doctest::Approx(*sum.front().validation->extra_loss).epsilon(1e-6));
    const auto with_shards = [=](FitOptions& o) { o.shards = shards; };
    CHECK(test::same_bits(training.train<SquaringEach>(nullptr, with_shards).weights,
                          training.train<test::SquaringTagger>(nullptr, with_shards).weights));
  }
}

TEST_CASE("fit: a loss of numbers that is a sum, or one number per target, is refused") {
  const auto message = [](const char* reduction) {
    return doctest::Contains(("fit: the loss is Reduction::" + std::string(reduction) + ", not one number").c_str());
  };
  CHECK_THROWS_WITH_AS((RatingTraining{"", nn::MSE{Reduction::sum}}.train(nullptr)), message("sum"), ValueError);
  CHECK_THROWS_WITH_AS((RatingTraining{"", nn::KLDiv{Reduction::none}}.train(nullptr)), message("none"), ValueError);
  CHECK_THROWS_WITH_AS((RatingTraining{"", SquaredLength{Reduction::none}}.train(nullptr)), message("none"), ValueError);
}
