// A layer of a Transformer: an encoder's in training, and one step of a decoder.
#include <weft/autograd/graph/grad_mode.h>
#include <weft/nn/transformer/transformer_decoder.h>
#include <weft/nn/transformer/transformer_encoder.h>
#include <weft/tensor/array/create.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

constexpr std::int64_t kBatch = 32, kTime = 128, kDim = 256, kHeads = 4, kWide = 1024, kPast = 64;

nn::TransformerOptions options() { return {.feedforward_dim = kWide, .dropout = 0}; }

void encoder(benchmark::State& state, const AttentionMask& mask) {
  nn::TransformerEncoderLayer layer(nn::root, kDim, kHeads, options());
  Variable x = leaf(uniform({kBatch, kTime, kDim}, -1, 1)), seed = uniform({kBatch, kTime, kDim}, -1, 1);
  for (auto _ : state) {
    for (nn::Parameter* parameter : layer.parameters()) parameter->tensor().touch();  // as after an optimizer's step
    layer(x, mask).backward(seed, {});
    layer.zero_grad();
    x.zero_grad();
  }
  // For each position: the projections and the feed-forward part, then the scores and contexts. Gradients are twice the work.
  const double work = 2.0 * (4 * kDim * kDim + 2 * kDim * kWide) + 4.0 * kTime * kDim;
  state.counters["FLOP/s"] =
      benchmark::Counter(3 * work * kBatch * kTime * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

// Positions kPast to 2 kPast, one at a time, with kPast positions of an encoder.
void decoder_step(benchmark::State& state) {
  NoGrad scope;
  const nn::TransformerDecoderLayer layer(nn::root, kDim, kHeads, options());
  nn::TransformerDecoderLayer::State begin = layer.prepare(uniform({kBatch, kPast, kDim}, -1, 1));
  layer.step(uniform({kBatch, kPast, kDim}, -1, 1), begin);
  const Variable x = uniform({kBatch, 1, kDim}, -1, 1);
  nn::TransformerDecoderLayer::State past = begin;
  for (auto _ : state) {
    if (past.past.time() == 2 * kPast) past = begin;
    benchmark::DoNotOptimize(layer.step(x, past));
  }
}

BENCHMARK_CAPTURE(encoder, all, AttentionMask())->Name("transformer/B32_T128_D256_H4")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encoder, causal, AttentionMask{.causal = true})
    ->Name("transformer/B32_T128_D256_H4/causal")
    ->Unit(benchmark::kMillisecond);
BENCHMARK(decoder_step)->Name("transformer/decoder_step_B32_D256_H4")->Unit(benchmark::kMicrosecond);

}  // namespace
