// Reductions, softmax, layer norm and cross-entropy, at the sizes of the models.
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/autograd/fused/layer_norm.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/reduction/reduce.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

void report_bytes(benchmark::State& state, const Tensor& x) { state.SetBytesProcessed(state.iterations() * x.numel() * 4); }

void softmax_rows(benchmark::State& state) {
  const Tensor x = uniform({6400, 200}, -3, 3);
  for (auto _ : state) benchmark::DoNotOptimize(softmax(x));
  report_bytes(state, x);
}

void layer_norm_rows(benchmark::State& state) {
  const Variable x = leaf(uniform({1600, 512}, -3, 3)), weight = leaf(ones({512})), bias = leaf(zeros({512}));
  const Variable seed = uniform({1600, 512}, -1, 1);
  for (auto _ : state) {
    layer_norm(x, weight, bias).backward(seed, {});
    for (Variable v : {x, weight, bias}) v.zero_grad();
  }
  report_bytes(state, x.tensor());
}

void cross_entropy_rows(benchmark::State& state) {
  const Variable logits = leaf(uniform({1600, 8000}, -3, 3));
  const Tensor targets = randint(0, 8000, {1600});
  for (auto _ : state) {
    cross_entropy(logits, targets).backward();
    Variable(logits).zero_grad();
  }
  report_bytes(state, logits.tensor());
}

void sum_axis0(benchmark::State& state) {
  const Tensor x = uniform({4096, 4096});
  for (auto _ : state) benchmark::DoNotOptimize(sum(x, 0));
  report_bytes(state, x);
}

void sum_axis1(benchmark::State& state) {
  const Tensor x = uniform({4096, 4096});
  for (auto _ : state) benchmark::DoNotOptimize(sum(x, 1));
  report_bytes(state, x);
}

void max_index_axis0(benchmark::State& state) {
  const Tensor x = uniform({4096, 4096});
  for (auto _ : state) benchmark::DoNotOptimize(max_with_indices(x, 0).indices);
  report_bytes(state, x);
}

void max_index_axis1(benchmark::State& state) {
  const Tensor x = uniform({4096, 4096});
  for (auto _ : state) benchmark::DoNotOptimize(max_with_indices(x, 1).indices);
  report_bytes(state, x);
}

void random_numbers(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(uniform({1 << 22}));
  state.SetItemsProcessed(state.iterations() * (1 << 22));
}

void random_normal(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(normal({1 << 22}));
  state.SetItemsProcessed(state.iterations() * (1 << 22));
}

BENCHMARK(softmax_rows)->Name("softmax/6400x200")->Unit(benchmark::kMicrosecond);
BENCHMARK(layer_norm_rows)->Name("layer_norm/1600x512")->Unit(benchmark::kMicrosecond);
BENCHMARK(cross_entropy_rows)->Name("cross_entropy/1600x8000")->Unit(benchmark::kMillisecond);
BENCHMARK(sum_axis0)->Name("sum_axis0/4096")->Unit(benchmark::kMillisecond);
BENCHMARK(sum_axis1)->Name("sum_axis1/4096")->Unit(benchmark::kMillisecond);
BENCHMARK(max_index_axis0)->Name("max_index_axis0/4096")->Unit(benchmark::kMillisecond);
BENCHMARK(max_index_axis1)->Name("max_index_axis1/4096")->Unit(benchmark::kMillisecond);
BENCHMARK(random_numbers)->Name("uniform/4M")->Unit(benchmark::kMillisecond);
BENCHMARK(random_normal)->Name("normal/4M")->Unit(benchmark::kMillisecond);

}  // namespace
