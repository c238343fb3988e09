// An LSTM layer over a batch of sequences, at the sizes of the translation model.
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/array/create.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

constexpr std::int64_t kTime = 25, kBatch = 64, kInput = 256, kHidden = 512;
// The operations of the input product and the recurrent product. A multiply-add counts as two.
constexpr double kForwardWork = 2.0 * kTime * kBatch * 4 * kHidden * (kInput + kHidden);

void report(benchmark::State& state, double work) {
  state.counters["FLOP/s"] = benchmark::Counter(work * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void forward(benchmark::State& state) {
  nn::LSTM lstm(nn::root, {.input_size = kInput, .hidden_size = kHidden});
  Tensor x = uniform({kBatch, kTime, kInput}, -1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(lstm(x).output);
  report(state, kForwardWork);
}

// With gradients for the weights and the input, there are three products for each one of the forward pass.
void forward_backward(benchmark::State& state) {
  nn::LSTM lstm(nn::root, {.input_size = kInput, .hidden_size = kHidden});
  Variable x = leaf(uniform({kBatch, kTime, kInput}, -1, 1)), seed = ones({kBatch, kTime, kHidden});
  for (auto _ : state) {
    for (nn::Parameter* parameter : lstm.parameters()) parameter->tensor().touch();  // as after an optimizer's step
    lstm(x).output.backward(seed, {});
    lstm.zero_grad();
    x.zero_grad();
  }
  report(state, 3 * kForwardWork);
}

void step(benchmark::State& state) {
  nn::LSTM lstm(nn::root, {.input_size = kInput, .hidden_size = kHidden});
  Tensor x = uniform({state.range(0), kInput}, -1, 1);
  RecurrentState carried = lstm.zero_state(state.range(0));
  for (auto _ : state) carried = lstm.step(x, carried).state;
  report(state, kForwardWork / (kTime * kBatch) * static_cast<double>(state.range(0)));
}

BENCHMARK(forward_backward)->Name("lstm/T25_B64_I256_H512")->Unit(benchmark::kMillisecond);
BENCHMARK(forward)->Name("lstm/T25_B64_I256_H512/forward")->Unit(benchmark::kMillisecond);
BENCHMARK(step)->Name("lstm/step_I256_H512")->Arg(1)->Arg(64)->Unit(benchmark::kMicrosecond);

}  // namespace
