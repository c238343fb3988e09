// W2, W2b, W2s and GREEDY: the encoder-decoder.
#include "greedy.h"
#include "training.h"
#include "translator_setup.h"

#include <weft/autograd/graph/grad_mode.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

void train(benchmark::State& state, const bench::TranslatorSizes& sizes) {
  bench::TranslatorSetup setup(sizes);
  bench::Training<bench::TranslatorSetup> training(setup);
  for (int i = 0; i < 2; ++i) training.step();  // two steps, because the memory of the first goes to the optimizer
  for (auto _ : state) benchmark::DoNotOptimize(training.step());
  state.SetItemsProcessed(state.iterations() * sizes.batch * sizes.time);
}

void greedy(benchmark::State& state, std::int64_t batch) {
  bench::TranslatorSizes sizes = bench::kW2;
  sizes.batch = batch;
  bench::TranslatorSetup setup(sizes);
  NoGrad no_grad;
  std::size_t i = 0;
  for (auto _ : state) {
    Tensor last = bench::greedy_words(setup.model, setup.batches[i++ % bench::kBatches].source, [](const Tensor&) {});
    benchmark::DoNotOptimize(last.raw());
  }
  state.SetItemsProcessed(state.iterations() * batch * bench::kGreedySteps);
}

BENCHMARK_CAPTURE(train, W2, bench::kW2)->Name("W2/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train, W2b, bench::kW2b)->Name("W2b/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train, W2s, bench::kW2s)->Name("W2s/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(greedy, b1, 1)->Name("GREEDY/b1")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(greedy, b64, 64)->Name("GREEDY/b64")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
