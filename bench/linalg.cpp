// Linear algebra of many small matrices.
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/linalg/linalg.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

Tensor matrices() { return uniform({1000, 16, 16}, -1, 1) + eye(16) * 4.0; }

void solve_many(benchmark::State& state) {
  const Tensor a = matrices(), b = uniform({1000, 16, 1}, -1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(linalg::solve(a, b));
}
void invert_many(benchmark::State& state) {
  const Tensor a = matrices();
  for (auto _ : state) benchmark::DoNotOptimize(linalg::inv(a));
}
void decompose_many(benchmark::State& state) {
  const Tensor x = matrices(), a = x + transpose(x);
  for (auto _ : state) benchmark::DoNotOptimize(linalg::eigh(a).vectors);
}

void singular_values_many(benchmark::State& state) {
  const Tensor a = matrices();
  for (auto _ : state) benchmark::DoNotOptimize(linalg::svd(a).u);
}

BENCHMARK(solve_many)->Name("linalg/solve_1000x16x16")->Unit(benchmark::kMillisecond);
BENCHMARK(invert_many)->Name("linalg/inv_1000x16x16")->Unit(benchmark::kMillisecond);
BENCHMARK(singular_values_many)->Name("linalg/svd_1000x16x16")->Unit(benchmark::kMillisecond);
BENCHMARK(decompose_many)->Name("linalg/eigh_1000x16x16")->Unit(benchmark::kMillisecond);

}  // namespace
