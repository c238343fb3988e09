#include "record.h"

#include "classifier_setup.h"
#include "greedy.h"
#include "training.h"
#include "translator_setup.h"

#include <weft/autograd/graph/grad_mode.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/files/safetensors.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/reduction/reduce.h>

namespace bench {

namespace {

using namespace weft;
using Named = std::map<std::string, Tensor>;

void add_weights(Named& tensors, nn::Module& model) {
  for (nn::Parameter* parameter : model.parameters()) tensors["weights." + parameter->path()] = clone(parameter->tensor());
}

template <class Setup>
void save_training(const std::string& path, Named tensors, Setup& setup, int steps) {
  add_weights(tensors, setup.model);
  Training<Setup> training(setup);
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) losses.push_back(training.step());
  tensors["losses"] = tensor(losses);
  save_tensors(path, tensors);
}

void record_classifier(const std::string& path, ClassifierAttention attention, int steps) {
  ClassifierSetup setup(attention, 32);
  std::vector<Tensor> tokens;
  for (const Batch& batch : setup.batches) tokens.push_back(batch.tokens);
  save_training(path, {{"inputs.tokens", stack(tokens)}, {"inputs.labels", stack(setup.labels)}}, setup, steps);
}

void record_translator(const std::string& path, const TranslatorSizes& sizes, int steps) {
  TranslatorSetup setup(sizes);
  std::vector<Tensor> source, target;
  for (const PairBatch& batch : setup.batches) {
    source.push_back(batch.source.tokens);
    target.push_back(batch.target.tokens);
  }
  Named inputs{
      {"inputs.source", stack(source)}, {"inputs.target", stack(target)}, {"inputs.next_words", stack(setup.next_words)}};
  save_training(path, inputs, setup, steps);
}

void record_greedy(const std::string& path) {
  NoGrad no_grad;
  TranslatorSetup setup(kW2);
  std::vector<Tensor> source;
  for (const PairBatch& batch : setup.batches) source.push_back(batch.source.tokens);
  std::vector<double> losses;
  for (std::size_t i = 0; i < 3; ++i) {
    double total = 0;
    greedy_words(setup.model, setup.batches[i].source,
                 [&](const Tensor& logits) { total += sum(cast(max(logits, {-1}), DType::f64)).item(); });
    losses.push_back(total / static_cast<double>(source[i].size(0) * kGreedySteps));
  }
  Named tensors{{"inputs.source", stack(source)}, {"losses", tensor(losses)}};
  add_weights(tensors, setup.model);
  save_tensors(path, tensors);
}

double sum_of_squares(const Tensor& x) {
  Tensor wide = cast(x, DType::f64);
  return sum(wide * wide).item();
}

void record_lstm(const std::string& path) {
  Generator generator{1};
  nn::LSTM lstm(nn::root, {.input_size = 256, .hidden_size = 512});
  nn::initialize(lstm, nn::init::pytorch(), generator);
  Variable x = leaf(uniform({64, 25, 256}, -1, 1, DType::f32, generator));
  Tensor seed = uniform({64, 25, 512}, -1, 1, DType::f32, generator);
  Variable output = lstm(x).output;
  output.backward(seed, {});
  double value = sum(cast(output.tensor(), DType::f64) * cast(seed, DType::f64)).item();
  std::vector<double> losses{value, sum_of_squares(x.grad().tensor()), sum_of_squares(lstm.layer(0).weight_hh.grad().tensor())};
  Named tensors{{"inputs.x", x.tensor()}, {"inputs.seed", seed}, {"losses", tensor(losses)}};
  add_weights(tensors, lstm);
  save_tensors(path, tensors);
}

}  // namespace

void record(const std::string& folder, int steps) {
  auto path = [&](const char* name) { return folder + "/" + name + ".safetensors"; };
  record_classifier(path("W1"), ClassifierAttention::self, steps);
  record_classifier(path("W1p"), ClassifierAttention::pooling, steps);
  record_translator(path("W2"), kW2, steps);
  record_translator(path("W2b"), kW2b, steps);
  record_translator(path("W2s"), kW2s, steps);
  record_greedy(path("GREEDY"));
  record_lstm(path("lstm"));
}

}  // namespace bench
