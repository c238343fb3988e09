// Models whose gradients one graph cannot sum by shards: their shards run one by one, with the same bytes on any number of ranks.
#include <doctest/doctest.h>
#include <weft/optim/sgd.h>

#include <atomic>
#include <chrono>
#include <sstream>

#include "tests/models/training/shared_training.h"

using namespace weft;
using test::ChangeOptions, test::results_of_ranks, test::SharedTraining, test::tagging, test::ThreadRank;

namespace {

// The squares of its weights are added to the logits: no row of an example leads to this gradient.
struct SquaredWeights : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Dropout dropout{this, "dropout", 0.2};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    return dense(dropout(embedding(in.tokens))) + sum(square(dense.weight.variable()), {1}, false) * 0.1;
  }
};

// Draws a mask for all examples. By chance, some batches have as many examples as it has numbers.
struct DrawnMask : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    return dense(training() ? x * uniform({8}, 0.5, 1.5) : x);
  }
};

// The mean over time has no mask: it depends on the padding.
struct MeanWithPadding : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    return dense(x + mean(x, {1}, true));
  }
};

// Subtracts a constant that depends on all examples.
struct CentredBatch : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    const Variable x = embedding(in.tokens);
    return dense(x - mean(x.tensor(), {0, 1}, true));
  }
};

std::string log_of(const std::function<void(std::ostringstream& log)>& train) {
  std::ostringstream log;
  train(log);
  return log.str();
}

// Examples that are slow to read, and count how many calls read at once.
class Slow : public Data<Batch> {
 public:
  std::int64_t size() const override { return data_.size(); }
  std::int64_t length(std::size_t i) const override { return data_.length(i); }
  bool read_ahead() const override { return true; }
  Example batch(std::span<const std::size_t> indices) const override {
    const int now = ++reading_;
    most = std::max(most.load(), now);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    Example example = data_.batch(indices);
    --reading_;
    return example;
  }
  mutable std::atomic<int> most = 0;

 private:
  TaggedSequences data_ = tagging(39, 1);
  mutable std::atomic<int> reading_ = 0;
};

}  // namespace

TEST_CASE("shards one by one: a gradient without rows of examples, in the first update and with others of a batch") {
  const ChangeOptions some = [](FitOptions& o) { o.accumulate = 2, o.batch_size = 5, o.clip_norm = 0.5; };
  SharedTraining{"squares"}.check_any_ranks<SquaredWeights>();
  SharedTraining{"squares of many batches", some}.check_any_ranks<SquaredWeights>();
}

TEST_CASE("shards one by one: numbers that are drawn for a batch belong to its shard") {
  for (std::int64_t batch_size : {5, 8, 9})
    SharedTraining{"mask", [=](FitOptions& o) { o.batch_size = batch_size; }}.check_any_ranks<DrawnMask>();
}

TEST_CASE("shards one by one: results that depend on padding or on other examples") {
  SharedTraining{"padding"}.check_any_ranks<MeanWithPadding>();
  SharedTraining{"constant"}.check_any_ranks<CentredBatch>();
  const std::string reason = "depend on padding or on other examples";
  const auto log = [&](auto train) {
    return log_of([&](std::ostringstream& to) { train([&](FitOptions& o) { o.log = &to; }); });
  };
  CHECK(log([](ChangeOptions run) { SharedTraining{"padding"}.train<MeanWithPadding>(nullptr, run); }).find(reason) !=
        std::string::npos);
  CHECK(log([](ChangeOptions run) { SharedTraining{"constant"}.train<CentredBatch>(nullptr, run); }).find(reason) !=
        std::string::npos);
  CHECK(log([](ChangeOptions run) { SharedTraining{"plain"}.train(nullptr, run); }).find("one by one") == std::string::npos);
}

TEST_CASE("shards: leaves that are not the model's parameters are refused") {
  const auto with_leaf = [](FitOptions& o) { o.other_leaves = {leaf(zeros({2}))}; };
  CHECK_THROWS_WITH_AS(SharedTraining{"leaf"}.train(nullptr, with_leaf),
                       doctest::Contains("fit: the gradients of other_leaves are not added over shards"), ValueError);
}

TEST_CASE("shards one by one: the log says once why") {
  std::ostringstream log;
  SharedTraining{"squares"}.train<SquaredWeights>(nullptr, [&](FitOptions& o) { o.log = &log; });
  const std::string text = log.str();
  const auto at = text.find("shards run one by one, because ");
  CHECK(at != std::string::npos);
  CHECK(text.find("shards run one by one", at + 1) == std::string::npos);
}

TEST_CASE("shards one by one: data that are read ahead are never read by two threads at once") {
  const auto train = [](Communicator* ranks, int& most) {
    manual_seed(7);
    SquaredWeights model;
    Trainer trainer(model, optim::SGD({.lr = 0.1}), nn::CrossEntropy());
    const Slow data;
    trainer.fit(data, {.epochs = 2, .batch_size = 8, .shards = 8, .communicator = ranks, .progress = false});
    most = data.most;
    return test::weights_of(model);
  };
  int most = 0;
  const auto expected = train(nullptr, most);
  CHECK(most == 1);
  for (const auto& weights : results_of_ranks(2, [&](ThreadRank& ranks) {
         int own = 0;
         auto found = train(&ranks, own);
         require<ValueError>(own == 1, own, " threads read at once");
         return found;
       }))
    CHECK(test::same_bits(weights, expected));
}
