// W2, W2b, W2s and GREEDY: the encoder-decoder.
#include "workload.h"

#include <weft/autograd/grad_mode.h>
#include <weft/models/seq2seq.h>
#include <weft/models/text/vocabulary.h>
#include <weft/nn/loss.h>
#include <weft/optim/adam.h>
#include <weft/tensor/create.h>
#include <weft/tensor/reduce.h>

#include <benchmark/benchmark.h>

namespace {

using namespace weft;

struct Workload {
  std::int64_t vocabulary, embedding, hidden, batch, time;
  AttentionKind attention;
  Wiring wiring;

  Seq2SeqOptions options() const {
    return {.source_vocabulary = vocabulary,
            .target_vocabulary = vocabulary,
            .embedding_dim = embedding,
            .hidden = hidden,
            .attention = attention,
            .wiring = wiring};
  }
};
constexpr Workload kW2{8000, 256, 512, 64, 25, AttentionKind::general, Wiring::luong};
constexpr Workload kW2b{8000, 256, 512, 64, 25, AttentionKind::additive, Wiring::bahdanau};
constexpr Workload kW2s{1000, 64, 128, 16, 20, AttentionKind::additive, Wiring::bahdanau};

void train(benchmark::State& state, const Workload& workload) {
  Generator generator{1};
  Seq2Seq model(workload.options());
  std::vector<PairBatch> batches;
  std::vector<Tensor> targets;
  for (int i = 0; i < 8; ++i) {
    auto draw = [&] { return bench::zipf_batch(workload.batch, workload.time, workload.vocabulary, generator); };
    batches.push_back({draw(), draw()});
    targets.push_back(draw().tokens);
  }
  optim::Adam adam;
  std::vector<Variable> parameters;
  for (nn::Parameter* parameter : model.parameters()) parameters.push_back(parameter->variable());
  adam.add(parameters);
  nn::CrossEntropy loss;
  std::size_t i = 0;
  auto step = [&] {
    adam.zero_grad();
    Variable value = loss(model.forward(batches[i % 8]), targets[i % 8]);
    value.backward();
    adam.step();
    benchmark::DoNotOptimize(value.item());
    ++i;
  };
  step();  // the first one touches fresh memory
  for (auto _ : state) step();
  state.SetItemsProcessed(state.iterations() * workload.batch * workload.time);
}

// The likeliest word, 25 times, whether it ends the sentence or not.
void greedy(benchmark::State& state, std::int64_t batch) {
  Generator generator{1};
  Seq2Seq model(kW2.options());
  std::vector<Batch> sources;
  for (int i = 0; i < 8; ++i) sources.push_back(bench::zipf_batch(batch, 25, 8000, generator));
  NoGrad no_grad;
  std::size_t i = 0;
  for (auto _ : state) {
    DecoderState decoder = model.start(sources[i++ % 8]);
    Tensor ids = full({batch}, static_cast<double>(text::kSentenceStartId), DType::i64);
    for (int step = 0; step < 25; ++step) ids = argmax(model.step(ids, decoder).logits.tensor(), {-1});
    benchmark::DoNotOptimize(ids.raw());
  }
  state.SetItemsProcessed(state.iterations() * batch * 25);
}

BENCHMARK_CAPTURE(train, W2, kW2)->Name("W2/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train, W2b, kW2b)->Name("W2b/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(train, W2s, kW2s)->Name("W2s/train")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(greedy, b1, 1)->Name("GREEDY/b1")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(greedy, b64, 64)->Name("GREEDY/b64")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
