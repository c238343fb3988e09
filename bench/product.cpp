// Matrix products at the sizes of the models, compared with plain CBLAS.
#include "openblas.h"

#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/product/matmul.h>
#include <weft/tensor/runtime/parallel.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

void report_work(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * static_cast<double>(m * k * n * state.iterations()), benchmark::Counter::kIsRate);
}

// x W^T with a weight that is packed once.
void linear_rows(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  const Tensor x = uniform({m, k}, -1, 1), weight = uniform({n, k}, -1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(linear(x, weight, {}).raw());
  report_work(state, m, k, n);
}

// A B, of which nothing is cached.
void matmul_plain(benchmark::State& state, std::int64_t m, std::int64_t k, std::int64_t n) {
  const Tensor a = uniform({m, k}, -1, 1), b = uniform({k, n}, -1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(matmul(a, b).raw());
  report_work(state, m, k, n);
}

// Returns whether OpenBLAS is available, and sets its threads to those of weft.
bool with_openblas(benchmark::State& state) {
  if (bench::openblas())
    bench::openblas().set_num_threads(threads());
  else
    state.SkipWithError("OpenBLAS was not found");
  return static_cast<bool>(bench::openblas());
}

void matmul_blas(benchmark::State& state, int m, int k, int n) {
  if (!with_openblas(state)) return;
  const Tensor a = uniform({m, k}, -1, 1), b = uniform({k, n}, -1, 1);
  Tensor c({m, n}, DType::f32);
  for (auto _ : state) {
    bench::openblas().sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.data<float>(), k, b.data<float>(), n, 0,
                            c.output<float>(), n);
    benchmark::ClobberMemory();
  }
  report_work(state, m, k, n);
}

void matmul_f64(benchmark::State& state) {
  const Tensor a = uniform({512, 512}, -1, 1, DType::f64), b = uniform({512, 512}, -1, 1, DType::f64);
  for (auto _ : state) benchmark::DoNotOptimize(matmul(a, b).raw());
  report_work(state, 512, 512, 512);
}

void matmul_f64_blas(benchmark::State& state) {
  if (!with_openblas(state)) return;
  const Tensor a = uniform({512, 512}, -1, 1, DType::f64), b = uniform({512, 512}, -1, 1, DType::f64);
  Tensor c({512, 512}, DType::f64);
  for (auto _ : state) {
    bench::openblas().dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 512, 512, 512, 1, a.data<double>(), 512, b.data<double>(),
                            512, 0, c.output<double>(), 512);
    benchmark::ClobberMemory();
  }
  report_work(state, 512, 512, 512);
}

void matmul_batched(benchmark::State& state) {
  const Tensor a = uniform({32, 200, 128}, -1, 1), b = uniform({32, 128, 200}, -1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(matmul(a, b).raw());
  report_work(state, 32 * 200, 128, 200);
}

void matmul_batched_blas(benchmark::State& state) {
  if (!with_openblas(state)) return;
  const Tensor a = uniform({32, 200, 128}, -1, 1), b = uniform({32, 128, 200}, -1, 1);
  Tensor c({32, 200, 200}, DType::f32);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < 32; ++i)
      bench::openblas().sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 200, 200, 128, 1, a.data<float>() + i * 200 * 128, 128,
                              b.data<float>() + i * 128 * 200, 200, 0, c.output<float>() + i * 200 * 200, 200);
    benchmark::ClobberMemory();
  }
  report_work(state, 32 * 200, 128, 200);
}

BENCHMARK_CAPTURE(linear_rows, m64, 64, 512, 2048)->Name("matmul/64x512x2048")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(matmul_plain, m64, 64, 512, 2048)
    ->Name("matmul/64x512x2048/plain")
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(matmul_blas, m64, 64, 512, 2048)
    ->Name("matmul/64x512x2048/cblas")
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(linear_rows, m1, 1, 512, 2048)->Name("matmul/1x512x2048")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(matmul_blas, m1, 1, 512, 2048)->Name("matmul/1x512x2048/cblas")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(linear_rows, words, 1600, 512, 8000)
    ->Name("matmul/1600x512x8000")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(matmul_blas, words, 1600, 512, 8000)
    ->Name("matmul/1600x512x8000/cblas")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(matmul_f64)->Name("matmul/512x512x512_f64")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(matmul_f64_blas)->Name("matmul/512x512x512_f64/cblas")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(matmul_batched)->Name("matmul/batched_32x200x128x200")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(matmul_batched_blas)->Name("matmul/batched_32x200x128x200/cblas")->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
