// A training with everything that has state, for tests of what a checkpoint keeps.
#pragma once

#include <weft/autograd/basics/math.h>
#include <weft/models/io/model_file.h>
#include <weft/models/seq2seq/scheduled_sampling.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/tensor/arithmetic/random.h>

#include <functional>
#include <memory>

#include "tests/models/training/tagging.h"
#include "tests/tensor/files/temporary_folder.h"

namespace weft::test {

// Draws from three layers' streams and from the thread's own.
struct RandomTagger : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 20, .embedding_dim = 8}};
  nn::WordDropout words{this, "words", 0.2};
  nn::Dropout dropout{this, "dropout", 0.2};
  ScheduledSampling sampling{this, "sampling", {.ratio = 0.5, .schedule = SamplingSchedule::linear, .steps = 9}};
  nn::Linear dense{this, "dense", 8, 3};

  Variable forward(const Batch& in) {
    Variable x = dropout(words(embedding(in.tokens), in.tokens));
    if (!training()) return dense(x);
    const double truth = sampling.probability();
    sampling.next(in.tokens.size(0), in.tokens.size(1));
    return dense(x * truth + uniform(x.shape(), 0, 0.1));
  }
};

// A metric whose value depends on which classes are confused, not only on the number of correct predictions.
struct WholeConfusion : metrics::ConfusionMetric {
  WholeConfusion() : ConfusionMetric({"a", "b", "c"}) {}
  double value() const override {
    double mixed = 0;
    for (int truth = 0; truth < 3; ++truth)
      for (int predicted = 0; predicted < 3; ++predicted)
        mixed += static_cast<double>(matrix().at(truth, predicted)) / (2 + 5 * truth + 17 * predicted);
    return mixed;
  }
};

// Everything that a training produces, except times.
struct Outcome {
  std::vector<Tensor> weights;
  std::map<std::string, Tensor> optimizer;
  std::int64_t steps = 0;
  std::string history;
  std::vector<Generator> generators;
  double rate = 0;

  bool operator==(const Outcome& other) const {
    auto same = [](const auto& a, const auto& b) { return a.first == b.first && equal_bits(a.second, b.second); };
    return same_bits(weights, other.weights) && steps == other.steps && history == other.history &&
           generators == other.generators && rate == other.rate &&
           std::equal(optimizer.begin(), optimizer.end(), other.optimizer.begin(), other.optimizer.end(), same);
  }
};

inline Outcome outcome_of(nn::Module& model, const optim::Optimizer& optimizer, History history) {
  for (EpochRecord& record : history) record.seconds = 0;
  Outcome outcome{weights_of(model), optimizer.state(), optimizer.steps(), to_json(history), {}, optimizer.learning_rate()};
  for (const Generator* generator : nn::generators(model)) outcome.generators.push_back(*generator);
  outcome.generators.push_back(default_generator());
  return outcome;
}

struct Resumable {
  const char* name;
  std::function<void(FitOptions&)> change;
  std::function<std::unique_ptr<optim::Optimizer>()> optimizer = [] { return optim::Adam({.lr = 3e-2}).clone(); };
  Loss loss = nn::CrossEntropy();
  bool with_dev = true;
  int fits_before = 0;  // of the same trainer, without checkpoints

  // `run` determines how it is stopped or resumed.
  Outcome train(const std::function<void(FitOptions&)>& run = {}) const {
    manual_seed(7);
    RandomTagger model;
    Trainer trainer(model, *optimizer(), loss,
                    {metrics::accuracy(), metrics::macro_f1(), metrics::top_k_accuracy(2), std::make_shared<WholeConfusion>()});
    FitOptions options{.epochs = 3, .batch_size = 8, .seed = 5, .progress = false};
    const TaggedSequences data = tagging(39, 1), dev = tagging(11, 2);
    for (int i = 0; i < fits_before; ++i) trainer.fit(data, {.epochs = 1, .batch_size = 8, .progress = false});
    change(options);
    if (run) run(options);
    History history = with_dev ? trainer.fit(data, dev, options) : trainer.fit(data, options);
    return outcome_of(model, trainer.optimizer(), std::move(history));
  }
};

// Stops after this many updates, including skipped ones.
inline Callback stop_after(int updates) {
  return {.stop = [count = 0, updates]() mutable { return ++count >= updates; }};
}

}  // namespace weft::test
