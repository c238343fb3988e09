// Dot-product attention over long sequences: in tiles, and as its definition writes it, with all weights in memory.
#include <weft/autograd/attention.h>
#include <weft/autograd/grad_mode.h>
#include <weft/autograd/matmul.h>
#include <weft/autograd/softmax.h>
#include <weft/autograd/views.h>
#include <weft/tensor/allocator.h>
#include <weft/tensor/random.h>

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
  Variable query = random(), key = random(), value = random(), seed = uniform({kBatch, kTime, kDim}, -1, 1);
  memory::reset_peak();
  for (auto _ : state) {
    Variable context = attend(query, key, value);
    if (train) context.backward(seed, {});
    for (Variable x : {query, key, value}) x.zero_grad();
  }
  state.counters["peak_MB"] = static_cast<double>(memory::stats().peak_bytes) / 1e6;
}

BENCHMARK_CAPTURE(run, train, in_tiles, true)->Name("attention/4x2048x64")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, train_plain, plain, true)->Name("attention/4x2048x64/plain")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, forward, in_tiles, false)->Name("attention/4x2048x64/forward")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, forward_plain, plain, false)->Name("attention/4x2048x64/forward/plain")->Unit(benchmark::kMillisecond);

}  // namespace
