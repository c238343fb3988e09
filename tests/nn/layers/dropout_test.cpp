#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/nn/attention/any_attention.h>
#include <weft/nn/attention/attention.h>
#include <weft/nn/attention/attention_pooling.h>
#include <weft/nn/attention/multi_head_attention.h>
#include <weft/nn/layers/dropout.h>
#include <weft/nn/layers/linear.h>
#include <weft/nn/layers/word_dropout.h>
#include <weft/nn/module/module_list.h>
#include <weft/nn/module/sequential.h>
#include <weft/nn/recurrent/rnn.h>
#include <weft/nn/transformer/transformer_encoder.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/example_draws.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <utility>

#include "tests/numbers.h"

using namespace weft;

TEST_CASE("dropout is the identity outside training") {
  nn::Dropout dropout(nn::root, 0.4);
  Tensor x = Numbers(1).tensor({3, 4});
  CHECK(equal_bits(dropout(x).tensor(), x));
  nn::Dropout none(nn::root, 0);
  none.train();
  CHECK(equal_bits(none(x).tensor(), x));
}

TEST_CASE("dropout zeroes elements with its probability and scales the others") {
  nn::Dropout dropout(nn::root, 0.25);
  dropout.train();
  Tensor y = dropout(ones({100, 1000})).tensor();
  double zero = 0;
  bool scaled = true;
  for (float value : y.span<float>()) {
    zero += value == 0;
    scaled = scaled && (value == 0 || value == 1 / 0.75f);
  }
  CHECK(scaled);
  CHECK(zero / 100000 == doctest::Approx(0.25).epsilon(0.02));
  CHECK_FALSE(equal_bits(y, dropout(ones({100, 1000})).tensor()));
}

TEST_CASE("dropout's stream continues from where it was saved, on any number of threads") {
  manual_seed(5);
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  Tensor x = ones({300, 70});
  dropout(x);
  Generator saved = *dropout.generator();
  Tensor expected = dropout(x).tensor();
  *dropout.generator() = saved;
  set_threads(2);
  CHECK(equal_bits(dropout(x).tensor(), expected));
  set_threads(1);
  manual_seed(5);
  nn::Dropout twin(nn::root, 0.5), other(nn::root, 0.5);
  twin.train(), other.train();
  twin(x);
  CHECK(equal_bits(twin(x).tensor(), expected));
  other(x);
  CHECK_FALSE(equal_bits(other(x).tensor(), expected));
}

TEST_CASE("dropout's gradient passes where the value did") {
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  Variable x = leaf(ones({50}));
  Variable y = dropout(x);
  y.backward(ones({50}), {});
  CHECK(equal_bits(x.grad().tensor(), y.tensor()));
}

TEST_CASE("dropout and its gradients have the bits of a product with its mask") {
  for (DType dtype : {DType::f32, DType::f64}) {
    nn::Dropout dropout(nn::root, 0.3);
    dropout.train();
    const Variable x = leaf(cast(Numbers(2).tensor({40, 33}), dtype)), seed = cast(Numbers(3).tensor({40, 33}), dtype);
    const Generator before = *dropout.generator();
    const Variable y = dropout(x);
    *dropout.generator() = before;
    const Tensor mask = dropout.mask(x.shape(), dtype);
    CHECK(equal_bits(y.tensor(), x.tensor() * mask));
    for (bool create_graph : {false, true})
      CHECK(equal_bits(grad({y}, {x}, {.retain_graph = true, .create_graph = create_graph}, {seed})[0].tensor(),
                       seed.tensor() * mask));
    const Variable cubed = dropout(x * x * x);
    const Variable first = grad({cubed}, {x}, {.create_graph = true}, {seed})[0];
    CHECK(grad({sum(first)}, {x})[0].defined());
  }
}

TEST_CASE("dropout works in place only on memory that nothing else uses") {
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  const Variable x = leaf(Numbers(4).tensor({64, 64}));
  const Tensor before = clone(x.tensor());
  const Generator start = *dropout.generator();
  const Variable kept = x * 2.0;
  const Tensor expected = dropout(kept).tensor();
  CHECK(equal_bits(kept.tensor(), x.tensor() * 2.0));
  *dropout.generator() = start;
  Variable product = x * 2.0;
  const std::byte* memory = product.tensor().raw();
  const Variable y = dropout(std::move(product));
  CHECK(y.tensor().raw() == memory);
  CHECK(equal_bits(y.tensor(), expected));
  *dropout.generator() = start;
  CHECK(equal_bits(grad({y}, {x}, {}, {ones(y.shape(), y.dtype())})[0].tensor(), dropout.mask(x.shape(), x.dtype()) * 2.0));
  *dropout.generator() = start;
  const Variable power = exp(x);  // its gradient needs the result
  const Tensor mask = dropout.mask(x.shape(), x.dtype());
  *dropout.generator() = start;
  CHECK(equal_bits(grad({dropout(exp(x))}, {x}, {}, {ones(y.shape(), y.dtype())})[0].tensor(), mask * power.tensor()));
  CHECK(equal_bits(x.tensor(), before));
}

TEST_CASE("dropout of 1 gives zeros and zero gradients") {
  nn::Dropout dropout(nn::root, 1);
  dropout.train();
  Variable x = leaf(tensor({1, -2, 3}));
  Variable y = dropout(x);
  CHECK(equal_bits(abs(y.tensor()), zeros({3})));
  sum(y).backward();
  CHECK(equal_bits(x.grad().tensor(), zeros({3})));
  dropout.eval();
  CHECK(equal_bits(dropout(x).tensor(), x.tensor()));
}

TEST_CASE("dropout checks its probability and is a member of its model") {
  CHECK_THROWS_WITH_AS(nn::Dropout(nn::root, 1.5), doctest::Contains("dropout: p is 1.5, outside 0..1"), ValueError);
  CHECK_THROWS_AS(nn::Dropout(nn::root, -0.1), ValueError);
  struct Model : nn::Module {
    nn::Dropout first{this, "first", 0.3}, second{this, "second", 0.2};
    nn::LSTM lstm{this, "lstm", {.input_size = 2, .hidden_size = 3, .num_layers = 2, .dropout = 0.1}};
  } model;
  std::vector<Generator*> found = nn::generators(model);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == model.first.generator());
  CHECK(found[1] == model.second.generator());
  CHECK(found[2] != nullptr);
}

TEST_CASE("copies of layers draw from their own streams, which the seed determines") {
  auto copies = [] {
    manual_seed(6);
    const nn::Dropout first(nn::root, 0.5);
    nn::ModuleList<nn::Dropout> list{nn::root};
    for (int i = 0; i < 3; ++i) list.push_back(first);
    list.push_back(list.at(0));
    nn::Dropout moved = std::move(list.at(1));
    list.push_back(moved);
    list.push_back(std::move(moved));
    list.train();
    return list;
  };
  nn::ModuleList<nn::Dropout> list = copies(), again = copies();
  auto masks = [](nn::ModuleList<nn::Dropout>& layers) {
    std::vector<Tensor> all;
    for (nn::Dropout& layer : layers) all.push_back(layer.mask({200}));
    return all;
  };
  for (int call = 0; call < 3; ++call) {
    const std::vector<Tensor> drawn = masks(list), same = masks(again);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      CHECK(equal_bits(drawn[i], same[i]));
      for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(equal_bits(drawn[i], drawn[j]));
    }
  }
}

TEST_CASE("a copy continues at its original's position, assignment keeps a layer's stream, and a move takes it along") {
  nn::WordDropout dropout(nn::root, 0.5);
  nn::LSTM lstm(nn::root, {.input_size = 2, .hidden_size = 50, .num_layers = 2, .dropout = 0.5, .variational = true});
  dropout.train(), lstm.train();
  dropout.draw({3, 4}, DType::f32);
  nn::WordDropout copy = dropout;
  CHECK(copy.generator()->counter == 12);
  CHECK_FALSE(*copy.generator() == *dropout.generator());
  const Generator own = *copy.generator(), original = *dropout.generator();
  copy = dropout;
  CHECK(*copy.generator() == own);
  nn::WordDropout moved = std::move(dropout);
  CHECK(*moved.generator() == original);
  std::swap(moved, copy);
  CHECK(*copy.generator() == original);
  CHECK(*moved.generator() == own);
  nn::LSTM twin = lstm;
  CHECK_FALSE(equal_bits(lstm.draw_masks(2).hidden[0], twin.draw_masks(2).hidden[0]));
}

TEST_CASE(
    "assignment leaves layers their streams wherever they stand, and a copied original its own too; a move takes them along") {
  struct All : nn::Module {
    nn::LSTM lstm{this, "lstm", {.input_size = 2, .hidden_size = 5, .num_layers = 2, .dropout = 0.5}};
    nn::Sequential layers{this, "layers", nn::Linear(nn::root, 2, 2), nn::Dropout(nn::root, 0.5)};
    nn::ModuleList<nn::Dropout> list{this, "list"};
    nn::AnyAttention attention{this, "attention", nn::Attention(nn::root, {.dropout = 0.5})};
    All() { list.push_back(nn::Dropout(nn::root, 0.25)); }
    std::vector<Generator> streams() {
      std::vector<Generator> all;
      for (const Generator* generator : nn::generators(*this)) all.push_back(*generator);
      return all;
    }
  };
  All from, to;
  REQUIRE(from.streams().size() == 4);
  const std::vector<Generator> own = to.streams(), original = from.streams();
  to = from;
  CHECK(to.streams() == own);
  CHECK(from.streams() == original);
  to = *&to;
  CHECK(to.streams() == own);
  // An assignment does not count as a copy: later copies have the same streams as without it.
  All other = from, fresh;
  const std::vector<Generator> copied = other.streams();
  for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE(copied[i] == original[i]);
  fresh = std::move(from);
  CHECK(fresh.streams() == original);
}

TEST_CASE("dropout in a checkpoint: the recomputed mask is the same, whatever was drawn since") {
  struct Block : nn::Module {
    nn::Linear in{this, "in", 6, 20}, out{this, "out", 20, 6};
    nn::Dropout first{this, "first", 0.5}, second{this, "second", 0.3};
    std::vector<Variable> operator()(const Variable& x) const { return {second(out(first(tanh(in(x)))))}; }
  };
  auto gradients = [](bool kept) {
    manual_seed(12);
    Block block;
    block.train();
    Variable x = leaf(cast(Numbers(2).tensor({4, 6}), DType::f32));
    auto call = [&](const std::vector<Variable>& in) { return block(in[0]); };
    for (int step = 0; step < 2; ++step) {
      Variable y = x;
      for (int layer = 0; layer < 2; ++layer) y = kept ? checkpoint(call, {y})[0] : call({y})[0];
      const std::vector<Generator> stand{*block.first.generator(), *block.second.generator()};
      sum(y * y).backward();
      CHECK(*block.first.generator() == stand[0]);
      CHECK(*block.second.generator() == stand[1]);
    }
    return std::vector<Tensor>{x.grad().tensor(), block.in.weight.grad().tensor(), block.out.bias.grad().tensor()};
  };
  const std::vector<Tensor> expected = gradients(false), found = gradients(true);
  CHECK(equal_bits(found[0], expected[0]));
  for (std::size_t i = 1; i < 3; ++i) CHECK(max_difference(found[i], expected[i]) < 1e-5);
}

TEST_CASE("dropout by example: a layer's zeros depend on the example and the call, in every layer that has dropout") {
  struct Layers : nn::Module {
    nn::Dropout dropout{this, "dropout", 0.4};
    nn::WordDropout words{this, "words", 0.4};
    nn::LSTM lstm{this, "lstm", {.input_size = 6, .hidden_size = 6, .num_layers = 3, .bidirectional = true, .dropout = 0.4}};
    nn::GRU variational{
        this, "variational", {.input_size = 6, .hidden_size = 6, .num_layers = 2, .dropout = 0.4, .variational = true}};
    nn::Attention attention{this, "attention", {.dropout = 0.4}};
    nn::MultiHeadAttention heads{this, "heads", 6, 2, {.dropout = 0.4}};
    nn::AttentionPooling pooling{this, "pooling", 6, 6, {.dropout = 0.4}};
    nn::TransformerEncoderLayer transformer{this, "transformer", 6, 2, {.feedforward_dim = 8, .dropout = 0.4}};

    // x [batch, time, 6], without its padding
    std::vector<Variable> operator()(const Variable& x, const Tensor& tokens, const Tensor& lengths) const {
      const Variable y = words(dropout(x), tokens);
      return {y,
              lstm(dropout(y), lengths).output,
              variational(y, lengths).output,
              attention(y, y, y, lengths),
              attention.attend_mean(y, y, y, lengths, lengths).context,
              heads(y, y, y, lengths),
              pooling(y, lengths),
              transformer(y, {.lengths = lengths})};
    }
  };
  manual_seed(4);
  Layers layers;
  layers.train();
  const Tensor all = cast(Numbers(5).tensor({6, 9, 6}), DType::f32);
  const std::vector<std::int64_t> lengths{4, 9, 1, 6, 3, 2};
  Generator words{5};
  const Tensor tokens = randint(1, 5, {6, 9}, words);
  auto results = [&](std::int64_t first, std::int64_t count, std::int64_t time, std::uint64_t update) {
    const ExampleDraws draws(update, first, count);
    auto part = [&](const Tensor& x) { return contiguous(slice(slice(x, 0, first, first + count), 1, 0, time)); };
    const Tensor own = slice(tensor(lengths), 0, first, first + count);
    return layers(part(all), part(tokens), own);
  };
  const auto whole = results(0, 6, 9, 8);
  struct Part {
    std::int64_t first, count, time;
  };
  for (const Part& part : {Part{3, 3, 6}, Part{0, 1, 4}, Part{2, 1, 1}, Part{4, 2, 9}, Part{0, 6, 9}}) {
    const auto found = results(part.first, part.count, part.time, 8);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      for (std::int64_t row = 0; row < part.count; ++row) {
        auto own = [&](const Variable& x, std::int64_t at) {
          const Tensor one = select(x.tensor(), 0, at);
          return contiguous(x.dims() == 3 ? slice(one, 0, 0, lengths[static_cast<std::size_t>(part.first + row)]) : one);
        };
        CHECK(equal_bits(own(found[i], row), own(whole[i], part.first + row)));
      }
    }
  }
  const auto next = results(0, 6, 9, 9);
  for (std::size_t i = 0; i < next.size(); ++i) CHECK_FALSE(equal_bits(next[i].tensor(), whole[i].tensor()));
}

TEST_CASE("dropout by example in a checkpoint: the recomputed mask is the same, in the scope, after it and in another") {
  nn::Dropout dropout(nn::root, 0.5);
  dropout.train();
  const Variable x = leaf(ones({4, 30}));
  auto call = [&](const std::vector<Variable>& in) -> std::vector<Variable> { return {dropout(in[0]) * dropout(in[0])}; };
  auto run = [&](bool kept, int when) {
    Variable y;
    auto gradient = [&] { return grad({sum(y)}, {x})[0].tensor(); };
    {
      const ExampleDraws draws(6, 2, 4);
      dropout(x);
      y = kept ? checkpoint(call, {x * 2.0})[0] : call({x * 2.0})[0];
      dropout(x);
      if (when == 0) return gradient();
    }
    if (when == 1) return gradient();
    const ExampleDraws draws(7, 0, 3);
    return gradient();
  };
  for (int when : {0, 1, 2}) CHECK(equal_bits(run(true, when), run(false, 0)));
}
