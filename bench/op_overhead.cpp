// The cost of an op apart from its arithmetic, measured on tensors of 16 floats.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/graph/variable.h>
#include <weft/tensor/array/create.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

void forward(benchmark::State& state) {
  Tensor a = ones({16}), b = ones({16});
  for (auto _ : state) benchmark::DoNotOptimize(a + b);
  state.SetItemsProcessed(state.iterations());
}

void forward_grad(benchmark::State& state) {
  Variable a = leaf(ones({16})), b = leaf(ones({16}));
  for (auto _ : state) benchmark::DoNotOptimize(a + b);
  state.SetItemsProcessed(state.iterations());
}

void forward_backward(benchmark::State& state) {
  Variable a = leaf(ones({16})), b = leaf(ones({16})), seed = ones({16});
  for (auto _ : state) {
    (a + b).backward(seed, {});
    a.zero_grad();
    b.zero_grad();
  }
  state.SetItemsProcessed(state.iterations());
}

void chain_forward_backward(benchmark::State& state) {
  Variable x = leaf(ones({16})), seed = ones({16});
  for (auto _ : state) {
    Variable y = x;
    for (int i = 0; i < 100; ++i) y = y * x;
    y.backward(seed, {});
    x.zero_grad();
  }
  state.SetItemsProcessed(100 * state.iterations());
}

BENCHMARK(forward)->Name("add16/forward");
BENCHMARK(forward_grad)->Name("add16/forward_grad");
BENCHMARK(forward_backward)->Name("add16/forward_backward");
BENCHMARK(chain_forward_backward)->Name("mul16_chain100/forward_backward");

}  // namespace
