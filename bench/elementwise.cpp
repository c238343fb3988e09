// Ops limited by memory or by the arithmetic per element, on arrays larger than the caches.
#include "bench_ops.h"
#include "workload.h"

#include <weft/autograd/basics/math.h>
#include <weft/autograd/indexing/index.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>

namespace {

using namespace weft;

constexpr std::int64_t kMany = 1 << 24;

void report_bytes(benchmark::State& state, std::int64_t bytes) { state.SetBytesProcessed(state.iterations() * bytes); }

void exp_many(benchmark::State& state) {
  const Tensor x = uniform({kMany}, -3, 3);
  for (auto _ : state) benchmark::DoNotOptimize(exp(x).raw());
  report_bytes(state, 2 * 4 * kMany);
}

// The same as a plain loop with the C library's exp.
void exp_plain_loop(benchmark::State& state) {
  const Tensor x = uniform({kMany}, -3, 3);
  Tensor y({kMany}, DType::f32);
  for (auto _ : state) {
    const float* from = x.data<float>();
    float* to = y.output<float>();
    for (std::int64_t i = 0; i < kMany; ++i) to[i] = std::exp(from[i]);
    benchmark::DoNotOptimize(to);
  }
  report_bytes(state, 2 * 4 * kMany);
}

void tanh_muladd_many(benchmark::State& state) {
  const Tensor a = uniform({kMany}, -2, 2), b = uniform({kMany}, -2, 2), c = uniform({kMany}, -2, 2);
  for (auto _ : state) benchmark::DoNotOptimize(tanh_muladd(a, b, c).raw());
  report_bytes(state, 4 * 4 * kMany);
}

void tanh_muladd_gradient(benchmark::State& state) {
  const Variable a = leaf(uniform({kMany}, -2, 2)), b = leaf(uniform({kMany}, -2, 2)), c = leaf(uniform({kMany}, -2, 2));
  const Variable seed = uniform({kMany}, -1, 1);
  auto step = [&] {
    tanh_muladd(a, b, c).backward(seed, {});
    for (Variable v : {a, b, c}) v.zero_grad();
  };
  step();  // the first step touches fresh memory
  for (auto _ : state) step();
  report_bytes(state, (4 + 7) * 4 * kMany);
}

// A copy by the C library, which shows the bandwidth of the memory.
void copy_plain(benchmark::State& state) {
  const Tensor x = uniform({kMany});
  Tensor y({kMany}, DType::f32);
  for (auto _ : state) {
    std::memcpy(y.output<float>(), x.data<float>(), 4 * kMany);
    benchmark::ClobberMemory();
  }
  report_bytes(state, 2 * 4 * kMany);
}

void transpose_copy(benchmark::State& state) {
  const Tensor x = uniform({state.range(0), state.range(0)});
  for (auto _ : state) benchmark::DoNotOptimize(contiguous(transpose(x)).raw());
  report_bytes(state, 2 * 4 * x.numel());
}

// The distribution of 6400 draws from 10000 ids: by Zipf's law, like words, or uniform.
enum class Ids { zipf, uniform };
Tensor draw_ids(Ids kind) {
  Generator generator{1};
  if (kind == Ids::uniform) return randint(0, 10000, {6400}, generator);
  return reshape(bench::zipf_batch(32, 200, 10000, generator).tokens, {6400});
}

void embedding_rows(benchmark::State& state, Ids kind) {
  const Variable table = leaf(uniform({10000, 128}, -0.05, 0.05)), seed = uniform({6400, 128}, -1, 1);
  const Tensor ids = draw_ids(kind);
  for (auto _ : state) {
    embedding(table, ids).backward(seed, {});
    Variable(table).zero_grad();
  }
  state.SetItemsProcessed(state.iterations() * ids.numel());
}

void adam_many(benchmark::State& state) {
  Variable weight = leaf(uniform({10'000'000}, -1, 1));
  weight.set_grad(uniform({10'000'000}, -1, 1));
  optim::Adam adam;
  adam.add({weight});
  for (auto _ : state) adam.step();
  report_bytes(state, 7 * 4 * weight.numel());
}

// A step with the gradient of lookups in a table. Making the gradient dense counts as a part of the dense step.
void adam_table(benchmark::State& state, optim::RowUpdates updates, bool dense) {
  Variable table = leaf(uniform({10000, 128}, -0.05, 0.05));
  embedding(table, draw_ids(Ids::zipf)).backward(uniform({6400, 128}, -1, 1), {});
  const RowSparse gradient = table.grad_rows();
  optim::Adam adam({.row_updates = updates});
  adam.add({table});
  for (auto _ : state) {
    if (dense) table.set_grad(to_dense(gradient));
    adam.step();
  }
  state.SetItemsProcessed(state.iterations() * table.numel());
}

BENCHMARK(exp_many)->Name("exp/16M")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(exp_plain_loop)->Name("exp/16M/plain_loop")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(tanh_muladd_many)->Name("tanh_muladd/16M")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(tanh_muladd_gradient)->Name("tanh_muladd/16M/forward_backward")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(copy_plain)->Name("copy/16M/memcpy")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(transpose_copy)
    ->Name("transpose_copy")
    ->Arg(4096)
    ->Arg(4104)
    ->Arg(1024)
    ->Arg(1023)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(embedding_rows, zipf, Ids::zipf)->Name("embedding/6400x128")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(embedding_rows, uniform, Ids::uniform)
    ->Name("embedding/6400x128/uniform")
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK(adam_many)->Name("adam/10M")->Unit(benchmark::kMillisecond)->UseRealTime();
constexpr auto kExact = optim::RowUpdates::exact, kLazy = optim::RowUpdates::lazy;
BENCHMARK_CAPTURE(adam_table, dense, kExact, true)->Name("adam/10000x128/dense")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(adam_table, exact, kExact, false)->Name("adam/10000x128/exact")->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK_CAPTURE(adam_table, lazy, kLazy, false)->Name("adam/10000x128/lazy")->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
