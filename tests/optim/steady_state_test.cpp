// Training takes memory from the system only in its first steps.
#include <doctest/doctest.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/optim/adam.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/runtime/parallel.h>

#include "tests/numbers.h"

using namespace weft;

namespace {

struct Classifier : nn::Module {
  nn::Embedding embedding{this, "embedding", {.num_embeddings = 500, .embedding_dim = 32}};
  nn::LSTM lstm{this, "lstm", {.input_size = 32, .hidden_size = 48, .bidirectional = true}};
  nn::Linear dense{this, "dense", 96, 5};

  Classifier() : nn::Module(nn::root) {}
  Variable forward(const Tensor& tokens, const Tensor& lengths) {
    return dense(mean(lstm(embedding(tokens), lengths).output, lengths));
  }
};

}  // namespace

TEST_CASE("after the first steps, training takes no memory from the system and leaves no graph node") {
  for (int count : {1, 2}) {
    set_threads(count);
    Numbers numbers(1);
    Classifier model;
    optim::Adam adam({.lr = 1e-3});
    std::vector<Variable> parameters;
    for (nn::Parameter* parameter : model.parameters()) parameters.push_back(parameter->variable());
    adam.add(parameters);
    const Tensor tokens = numbers.indices({16, 20}, 500), targets = numbers.indices({16}, 5);
    const Tensor lengths = numbers.indices({16}, 20) + 1;
    const auto step = [&] {
      adam.zero_grad();
      cross_entropy(model.forward(tokens, lengths), targets).backward();
      adam.step();
    };
    for (int i = 0; i < 3; ++i) step();
    const auto blocks_taken = [&] {
      const std::int64_t before = memory::stats().system_blocks;
      for (int i = 0; i < 10; ++i) step();
      return memory::stats().system_blocks - before;
    };
    // A worker allocates its scratch memory when it first gets a part of a product.
    int rounds = 1;
    while (blocks_taken() > 0) REQUIRE(++rounds <= count);
    CHECK(live_nodes() == 0);
  }
  set_threads(1);
}
