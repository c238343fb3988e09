#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/nn/layers/embedding.h>
#include <weft/nn/module/init.h>
#include <weft/optim/adam.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/reduction/reduce.h>

#include <cmath>

#include "tests/nn/layer_checks.h"

using namespace weft;

namespace {
Tensor ids(const Nested& numbers) { return tensor(numbers, DType::i64); }
}  // namespace

TEST_CASE("embedding: results have the right shapes and values") {
  nn::Embedding layer(nn::root, {.num_embeddings = 4, .embedding_dim = 3});
  CHECK(layer.weight.shape() == Shape{4, 3});
  CHECK(nn::count_parameters(layer) == 12);
  CHECK(layer(ids(2)).shape() == Shape{3});
  CHECK(layer(ids({1, 2})).shape() == Shape{2, 3});
  CHECK(layer(ids({{1, 2}, {3, 0}})).shape() == Shape{2, 2, 3});
  CHECK(layer(Tensor({2, 0}, DType::i64)).shape() == Shape{2, 0, 3});
  Tensor rows = layer(tensor({3, 0, 3}, DType::i32)).tensor();
  for (auto [row, id] : {std::pair(0, 3), {1, 0}, {2, 3}})
    CHECK(equal_bits(contiguous(select(rows, 0, row)), contiguous(select(layer.weight.tensor(), 0, id))));
}

TEST_CASE("embedding passes gradient checks") {
  nn::Embedding layer(nn::root, {.num_embeddings = 5, .embedding_dim = 3});
  check_gradients(layer, {}, [&](const std::vector<Variable>&) { return layer(ids({{1, 4, 1}, {0, 1, 2}})); });
}

TEST_CASE("embedding: gradients of a repeated id are summed, and the padding row gets none") {
  nn::Embedding layer(nn::root, {.num_embeddings = 4, .embedding_dim = 2, .padding_index = 1});
  Variable y = layer(ids({0, 1, 2, 2, 1}));
  y.backward(tensor({{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}), {});
  CHECK(equal_bits(layer.weight.grad().tensor(), tensor({{1, 2}, {0, 0}, {12, 14}, {0, 0}})));
}

TEST_CASE("embedding: the padding row starts at zero with every preset") {
  nn::Embedding layer(nn::root, {.num_embeddings = 50, .embedding_dim = 20, .padding_index = 3});
  for (const nn::init::Preset* preset : {&nn::init::pytorch(), &nn::init::keras()}) {
    Generator generator{1};
    nn::initialize(layer, *preset, generator);
    CHECK(equal_bits(contiguous(select(layer.weight.tensor(), 0, 3)), zeros({20})));
    CHECK(norm(select(layer.weight.tensor(), 0, 2)).item() > 0);
  }
}

TEST_CASE("embedding: initial values have the distributions of both presets") {
  nn::Embedding layer(nn::root, {.num_embeddings = 500, .embedding_dim = 40});
  Generator generator{1};
  nn::initialize(layer, nn::init::pytorch(), generator);
  CHECK(mean(layer.weight.tensor()).item() == doctest::Approx(0).epsilon(0.02));
  CHECK(var(layer.weight.tensor()).item() == doctest::Approx(1).epsilon(0.03));
  nn::initialize(layer, nn::init::keras(), generator);
  double largest = max_difference(layer.weight.tensor(), zeros({500, 40}));
  CHECK(largest <= 0.05);
  CHECK(largest > 0.0499);
}

TEST_CASE("embedding: errors name ids outside the table") {
  nn::Embedding layer(nn::root, {.num_embeddings = 4, .embedding_dim = 2});
  for (std::int64_t id : {4, -1})
    CHECK_THROWS_WITH_AS(layer(tensor(std::vector{std::int64_t{0}, id}), {"train.cpp", 7}),
                         doctest::Contains(std::to_string(id).c_str()), IndexError);
  CHECK_THROWS_WITH_AS(layer(zeros({2}), {"train.cpp", 7}), doctest::Contains("at train.cpp:7"), DtypeError);
  for (std::int64_t index : {4, -1})
    CHECK_THROWS_WITH_AS(
        nn::Embedding(nn::root, {.num_embeddings = 4, .embedding_dim = 2, .padding_index = index}),
        doctest::Contains(("padding_index " + std::to_string(index) + " is outside 0 .. 3, at embedding_test.cpp:").c_str()),
        IndexError);
}

TEST_CASE("embedding: only the rows that were looked up are trained by lazy Adam") {
  nn::Embedding layer(nn::root, {.num_embeddings = 6, .embedding_dim = 3, .padding_index = 0});
  optim::Adam adam({.lr = 0.1, .row_updates = optim::RowUpdates::lazy});
  adam.add({layer.weight.variable()});
  const Tensor start = clone(layer.weight.tensor());
  const auto step = [&](const Tensor& tokens) {
    adam.zero_grad();
    sum(layer(tokens)).backward();
    adam.step();
  };
  step(ids({{4, 2}, {4, 0}}));
  CHECK(equal_bits(layer.weight.variable().grad_rows().rows, ids({2, 4})));
  const Tensor first = clone(layer.weight.tensor());
  step(ids({{2, 2}}));
  for (std::int64_t row : {0, 1, 3, 5})
    CHECK(equal_bits(contiguous(select(layer.weight.tensor(), 0, row)), contiguous(select(start, 0, row))));
  CHECK(equal_bits(contiguous(select(layer.weight.tensor(), 0, 4)), contiguous(select(first, 0, 4))));
  CHECK_FALSE(equal_bits(contiguous(select(layer.weight.tensor(), 0, 2)), contiguous(select(first, 0, 2))));
}

TEST_CASE("Embedding: a tied layer looks up rows of another layer, and a scale gives them the usual size") {
  nn::Embedding tied(nn::root, {.num_embeddings = 400, .embedding_dim = 16, .tied = true, .scale = 4});
  nn::Embedding own(nn::root, {.num_embeddings = 400, .embedding_dim = 16, .scale = 4});
  CHECK(tied.parameters().empty());
  Tensor ids = arange(400);
  Tensor rows = own(ids).tensor();
  CHECK(equal_bits(rows, own.weight.tensor() * 4.0));
  CHECK(equal_bits(tied(ids, own.weight).tensor(), rows));
  CHECK(std::sqrt(mean(rows * rows).item()) == doctest::Approx(1).epsilon(0.05));
  CHECK_THROWS_WITH_AS(tied(ids), doctest::Contains("a tied layer must be called with the weight that it shares"), ValueError);
}

TEST_CASE("embedding: a table that is also the output layer's weight gets both gradients") {
  nn::Embedding layer(nn::root, {.num_embeddings = 6, .embedding_dim = 3});
  const Tensor tokens = ids({4, 2, 4});
  const auto loss = [&](const Variable& looked_up, const Variable& output) {
    return sum(square(matmul(looked_up, transpose(output))));
  };
  const Tensor table = layer.weight.tensor();
  loss(layer(tokens), layer.weight).backward();
  const Variable both = layer.weight.grad();
  CHECK_FALSE(layer.weight.variable().grad_rows().defined());
  layer.weight.zero_grad();
  loss(layer(tokens), Variable(table)).backward();
  const Tensor by_lookup = layer.weight.grad().tensor();
  layer.weight.zero_grad();
  loss(Variable(embedding(table, tokens)), layer.weight).backward();
  CHECK(equal_bits(both.tensor(), layer.weight.grad().tensor() + by_lookup));
}
