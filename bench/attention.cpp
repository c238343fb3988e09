// Dot-product attention over long sequences: in tiles, and by its definition, with all weights in memory.
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/fused/detail/attention.h>
#include <weft/autograd/fused/mean_attention.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/memory/allocator.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

constexpr std::int64_t kBatch = 4, kTime = 2048, kDim = 64;

Variable in_tiles(const Variable& query, const Variable& key, const Variable& value) {
  return dot_product_attention(query, key, value);
}
Variable plain(const Variable& query, const Variable& key, const Variable& value) {
  return matmul(softmax(matmul(query, transpose(key))), value);
}

template <class Attend>
void run(benchmark::State& state, Attend attend, bool train) {
  GradMode mode(train);
  auto random = [] { return leaf(uniform({kBatch, kTime, kDim}, -0.3, 0.3)); };
  Variable query = random(), key = random(), value = random();
  Variable seed = uniform(attend(query, key, value).shape(), -1, 1);
  memory::reset_peak();
  for (auto _ : state) {
    Variable context = attend(query, key, value);
    if (train) context.backward(seed, {});
    for (Variable x : {query, key, value}) x.zero_grad();
  }
  state.counters["peak_MB"] = static_cast<double>(memory::stats().peak_bytes) / 1e6;
}

// The mean over the queries of a text that attends to itself, as for long texts in the classifier.
Variable mean_in_tiles(const Variable& x) { return mean_attention(x, x, x).context; }
Variable mean_plain(const Variable& x) { return matmul(unsqueeze(mean(softmax(gram(x)), {1}), 1), x); }

template <class Attend>
void run_mean(benchmark::State& state, Attend attend) {
  run(
      state, [&](const Variable& x, const Variable&, const Variable&) { return attend(x); }, true);
}

BENCHMARK_CAPTURE(run_mean, train, mean_in_tiles)->Name("mean_attention/4x2048x64")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_mean, train_plain, mean_plain)->Name("mean_attention/4x2048x64/plain")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, train, in_tiles, true)->Name("attention/4x2048x64")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, train_plain, plain, true)->Name("attention/4x2048x64/plain")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, forward, in_tiles, false)->Name("attention/4x2048x64/forward")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, forward_plain, plain, false)->Name("attention/4x2048x64/forward/plain")->Unit(benchmark::kMillisecond);

}  // namespace
