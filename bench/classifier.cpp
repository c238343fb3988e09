// W1 and W1p: the attention classifier.
#include "classifier_setup.h"
#include "training.h"

#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/graph/grad_mode.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;
using bench::ClassifierSetup;

template <class Logits>
void train(benchmark::State& state, ClassifierSetup& setup, Logits logits) {
  bench::Training<ClassifierSetup> training(setup);
  for (int i = 0; i < 2; ++i) training.step(logits);  // two steps, because the memory of the first goes to the optimizer
  for (auto _ : state) benchmark::DoNotOptimize(training.step(logits));
  state.SetItemsProcessed(state.iterations() * setup.batches[0].tokens.numel());
}

void train_model(benchmark::State& state, ClassifierAttention attention) {
  ClassifierSetup setup(attention, 32);
  train(state, setup, [&](std::size_t i) { return setup.logits(i); });
}

// The generic attention layer, then the mean, as a user would write it.
void train_as_written(benchmark::State& state) {
  ClassifierSetup setup(ClassifierAttention::self, 32);
  AttentionClassifier& model = setup.model;
  train(state, setup, [&](std::size_t i) {
    Variable x = model.embedding(setup.batches[i].tokens);
    return (*model.dense)(mean(model.attention(x, x, x), {1}));
  });
}

void predict(benchmark::State& state, ClassifierAttention attention, std::int64_t batch) {
  ClassifierSetup setup(attention, batch);
  NoGrad no_grad;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(setup.logits(i++ % bench::kBatches).tensor().raw());
  state.SetItemsProcessed(state.iterations() * setup.batches[0].tokens.numel());
}

constexpr auto kSelf = ClassifierAttention::self, kPooling = ClassifierAttention::pooling;
BENCHMARK_CAPTURE(train_model, self, kSelf)->Name("W1/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(train_as_written)->Name("W1/train_as_written")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, self_b32, kSelf, 32)->Name("W1/predict_b32")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, self_b1, kSelf, 1)->Name("W1/predict_b1")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train_model, pooling, kPooling)->Name("W1p/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(predict, pooling_b32, kPooling, 32)->Name("W1p/predict_b32")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
