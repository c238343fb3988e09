// W1 and W1p: the attention classifier.
#include "workload.h"

#include <weft/autograd/grad_mode.h>
#include <weft/autograd/reduce.h>
#include <weft/models/attention_classifier.h>
#include <weft/nn/init.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

constexpr std::int64_t kTime = 200, kVocabulary = 10000, kClasses = 10;

struct Setup {
  AttentionClassifier model;
  std::vector<Batch> batches;
  std::vector<Tensor> labels;

  Setup(ClassifierAttention attention, std::int64_t batch) : model({.vocabulary = kVocabulary, .attention = attention}) {
    Generator generator{1};
    nn::initialize(model, nn::init::keras(), generator);
    for (int i = 0; i < 8; ++i) {
      batches.push_back(bench::zipf_batch(batch, kTime, kVocabulary, generator));
      labels.push_back(randint(0, kClasses, {batch}, generator));
    }
  }
};

// Gradients to zero, forward, cross-entropy, backward, Adam, the loss read.
template <class Forward>
void train(benchmark::State& state, Setup& setup, Forward forward) {
  optim::Adam adam;
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : setup.model.parameters()) parameters.push_back(parameter->variable());
  adam.add(parameters);
  nn::CrossEntropy loss;
  std::size_t i = 0;
  auto step = [&] {
    adam.zero_grad();
    Variable value = loss(forward(setup.batches[i % 8]), setup.labels[i % 8]);
    value.backward();
    adam.step();
    benchmark::DoNotOptimize(value.item());
    ++i;
  };
  step();  // the first one touches fresh memory
  for (auto _ : state) step();
  state.SetItemsProcessed(state.iterations() * setup.batches[0].tokens.numel());
}

void train_model(benchmark::State& state, ClassifierAttention attention) {
  Setup setup(attention, 32);
  train(state, setup, [&](const Batch& batch) { return setup.model.forward(batch); });
}

// The generic attention layer, then the mean, as a user would write it.
void train_as_written(benchmark::State& state) {
  Setup setup(ClassifierAttention::self, 32);
  AttentionClassifier& model = setup.model;
  train(state, setup, [&](const Batch& batch) {
    Variable x = model.embedding(batch.tokens);
    return model.dense(mean(model.attention(x, x, x), {1}));
  });
}

void predict(benchmark::State& state, ClassifierAttention attention, std::int64_t batch) {
  Setup setup(attention, batch);
  NoGrad no_grad;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(setup.model.forward(setup.batches[i++ % 8]).tensor().raw());
  state.SetItemsProcessed(state.iterations() * batch * kTime);
}

constexpr auto kSelf = ClassifierAttention::self, kPooling = ClassifierAttention::pooling;
BENCHMARK_CAPTURE(train_model, self, kSelf)->Name("W1/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(train_as_written)->Name("W1/train_as_written")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, self_b32, kSelf, 32)->Name("W1/predict_b32")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, self_b1, kSelf, 1)->Name("W1/predict_b1")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train_model, pooling, kPooling)->Name("W1p/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, pooling_b32, kPooling, 32)->Name("W1p/predict_b32")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
