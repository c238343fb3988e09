// Trainings that ranks share, for tests that the number of ranks changes nothing.
#pragma once

#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>

#include <string>

#include "tests/models/distributed/thread_ranks.h"
#include "tests/models/training/resume.h"
#include "tests/threads.h"

namespace weft::test {

// Sentences of tagging(); in about `share` of 10, no tag counts.
inline TaggedSequences partly_ignored(std::int64_t count, std::uint64_t seed, std::int64_t share) {
  Numbers numbers(seed);
  std::vector<Sequence> words, tags;
  for (std::int64_t i = 0; i < count; ++i) {
    Sequence sentence, tag;
    const bool ignored = numbers.below(10) < share;
    for (std::int64_t n = 1 + numbers.below(9); n > 0; --n) {
      sentence.push_back(1 + numbers.below(19));
      tag.push_back(ignored || numbers.below(5) == 0 ? kIgnored : sentence.back() % 3);
    }
    words.push_back(sentence);
    tags.push_back(tag);
  }
  return {words, tags};
}

// Uses rows of its embedding for the output too, so that the weight has dense and row-sparse gradients.
struct TiedTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::Linear dense{this, "dense", 8, 8};

  Variable forward(const Batch& in) {
    const Variable classes = slice(embedding.weight.variable(), 0, 0, 3);
    return matmul(dense(embedding(in.tokens)), transpose(classes, 0, 1));
  }
};

// Adds a loss of its own for each word.
struct SquaringTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8, .padding_index = 0}};
  nn::Linear dense{this, "dense", 8, 3};

  ModelOutput forward_with_loss(const Batch& in) {
    const Variable x = embedding(in);
    return {dense(x), sum(square(x)) * 0.01};
  }
  Variable forward(const Batch& in) { return forward_with_loss(in).logits; }
};

// The sum of a number over all targets: a metric as users write them.
class ClassSum : public Metric {
 public:
  std::string name() const override { return "class_sum"; }
  void reset() override { sum_ = count_ = 0; }
  void add(const Tensor&, const Tensor& targets) override {
    for (std::int64_t target : targets.span<std::int64_t>())
      if (target != kIgnored) sum_ += static_cast<double>(target), ++count_;
  }
  double value() const override { return count_ == 0 ? 0 : sum_ / count_; }
  std::vector<double> state() const override { return {sum_, count_}; }
  void set_state(const std::vector<double>& state) override { sum_ = state.at(0), count_ = state.at(1); }

 private:
  double sum_ = 0, count_ = 0;
};

using ChangeOptions = std::function<void(FitOptions&)>;

// One graph, so that no test depends on which way is faster.
inline FitOptions shared_options(Communicator* ranks) {
  return {.epochs = 3,
          .batch_size = 8,
          .shards = 8,
          .shard_graphs = ShardGraphs::one,
          .communicator = ranks,
          .seed = 5,
          .progress = false};
}

struct SharedTraining {
  std::string name;
  ChangeOptions change = [](FitOptions&) {};
  std::function<std::unique_ptr<optim::Optimizer>()> optimizer = [] { return optim::Adam({.lr = 3e-2}).clone(); };
  Loss loss = nn::CrossEntropy();
  bool with_dev = true;
  TaggedSequences data = tagging(39, 1), dev = tagging(11, 2);
  std::function<void(nn::Module&)> prepare = [](nn::Module&) {};
  std::vector<ParameterGroup> groups = {};

  // Trains on this rank; null: alone. `run` determines how it is stopped or resumed.
  template <class Model = Tagger>
  Outcome train(Communicator* ranks, const ChangeOptions& run = {}) const {
    manual_seed(7);
    Model model;
    prepare(model);
    Trainer trainer(model, *optimizer(), loss,
                    {metrics::accuracy(), metrics::macro_f1(), metrics::top_k_accuracy(2), std::make_shared<WholeConfusion>(),
                     std::make_shared<ClassSum>()},
                    groups);
    FitOptions options = shared_options(ranks);
    change(options);
    if (run) run(options);
    History history = with_dev ? trainer.fit(data, dev, options) : trainer.fit(data, options);
    return outcome_of(model, trainer.optimizer(), std::move(history));
  }
  // Trains on ranks that are threads, and returns what each of them has at the end.
  template <class Model = Tagger>
  std::vector<Outcome> train_on(int count, int threads = 1, const ChangeOptions& run = {}) const {
    return results_of_ranks(count, [&](ThreadRank& ranks) {
      const Threads of_ops(threads);
      return train<Model>(&ranks, run);
    });
  }
  // Checks that on every rank of any number up to `most` the outcome is that of one.
  template <class Model = Tagger>
  void check_any_ranks(int most = 8) const {
    CAPTURE(name);
    const Outcome alone = train<Model>(nullptr);
    for (int count = 1; count <= most; count *= 2)
      for (int threads : {1, 2}) {
        if (threads == 2 && count > 2) continue;
        CAPTURE(count);
        CAPTURE(threads);
        for (const Outcome& outcome : train_on<Model>(count, threads)) CHECK(outcome == alone);
      }
  }
};

}  // namespace weft::test
