// Gradients of embeddings are kept row-sparse in their leaf, with the bits of dense gradients.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/indexing/index.h>
#include <weft/tensor/arithmetic/compare.h>

#include <doctest/doctest.h>

#include <functional>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

using Loss = std::function<Variable(const Variable& weight)>;

// The gradient that a loss leaves in a leaf, and the gradient with create_graph, which is always dense.
struct Both {
  Variable sparse, dense;

  Both(const Tensor& weight, const std::vector<Loss>& losses) : sparse(leaf(clone(weight))), dense(leaf(clone(weight))) {
    for (const Loss& loss : losses) {
      loss(sparse).backward();
      loss(dense).backward({.create_graph = true});
    }
  }
  bool equal() const { return equal_bits(sparse.grad().tensor(), dense.grad().tensor()); }
  ~Both() { dense.zero_grad(); }
};

Tensor ids(const Nested& numbers) { return tensor(numbers, DType::i64); }

// A loss with a different gradient for each position.
Loss lookup(const Tensor& ids, std::optional<std::int64_t> padding = {}, double factor = 1) {
  return [=](const Variable& weight) { return sum(sin(embedding(weight, ids, padding) * factor)); };
}

}  // namespace

TEST_CASE("the gradient of lookups is row-sparse and has the bits of the dense gradient") {
  Numbers random(1);
  for (DType dtype : {DType::f32, DType::f64}) {
    const Tensor weight = random.tensor({60, 19}, dtype);
    const Tensor many = random.indices({5, 40}, 60), few = random.indices({3}, 60), none({2, 0}, DType::i64);
    const std::vector<std::vector<Loss>> all{
        {lookup(many)},
        {lookup(few)},
        {lookup(few, 3)},
        {lookup(ids({3, 3}), 3)},
        {lookup(none)},
        {[=](const Variable& w) { return lookup(many)(w) + lookup(few, 3, 2)(w) + lookup(few, {}, -0.5)(w); }},
        {lookup(many), lookup(few, {}, 3), lookup(none)},
    };
    for (const auto& losses : all) {
      const Both both(weight, losses);
      REQUIRE(both.sparse.grad_rows().defined());
      CHECK_FALSE(both.dense.grad_rows().defined());
      CHECK(equal_bits(to_dense(both.sparse.grad_rows()), both.dense.grad().tensor()));
      CHECK(both.equal());
      CHECK(both.sparse.grad_rows().defined());  // the dense tensor is made in addition to the rows
    }
  }
  same_bits_on_threads([] {
    Numbers numbers(5);
    return Both(numbers.tensor({300, 90}), {lookup(numbers.indices({9000}, 300))}).sparse.grad().tensor();
  });
}

TEST_CASE("the gradient has rows only for ids that occur, without padding") {
  Variable weight = leaf(ones({6, 2}));
  sum(embedding(weight, ids({4, 1, 4, 2}), 2)).backward();
  CHECK(equal_bits(weight.grad_rows().rows, ids({1, 4})));
  CHECK(equal_bits(weight.grad_rows().values, tensor({{1, 1}, {2, 2}})));
  CHECK(weight.has_grad());
  weight.zero_grad();
  CHECK_FALSE(weight.has_grad());
  CHECK_FALSE(weight.grad_rows().defined());
  CHECK_FALSE(weight.grad().defined());
}

TEST_CASE("lookups together with other uses of their leaf give the dense gradient") {
  Numbers random(2);
  const Tensor weight = random.tensor({8, 5}), tokens = random.indices({3, 4}, 8);
  const Loss tied = [=](const Variable& w) {
    const Variable x = embedding(w, tokens);  // [3, 4, 5]
    return sum(sin(matmul(x, transpose(w)))) + lookup(tokens, 1)(w);
  };
  const Loss norm = [](const Variable& w) { return sum(square(w)); };
  const std::vector<std::vector<Loss>> all{
      {tied}, {lookup(tokens), norm}, {norm, lookup(tokens)}, {lookup(tokens), tied, lookup(tokens)}};
  for (const auto& losses : all) {
    const Both both(weight, losses);
    CHECK_FALSE(both.sparse.grad_rows().defined());
    CHECK(both.equal());
  }
}

TEST_CASE("hooks see the dense gradient and change it") {
  Variable weight = leaf(ones({3, 2}));
  Tensor seen;
  weight.register_hook([&](const Variable& gradient) {
    seen = gradient.tensor();
    return gradient * 2;
  });
  sum(embedding(weight, ids({2, 2}))).backward();
  CHECK(equal_bits(seen, tensor({{0, 0}, {0, 0}, {2, 2}})));
  CHECK_FALSE(weight.grad_rows().defined());
  CHECK(equal_bits(weight.grad().tensor(), tensor({{0, 0}, {0, 0}, {4, 4}})));
}

TEST_CASE("lookups in non-leaves and frozen leaves, and grad(), work") {
  const Tensor tokens = ids({2, 0, 2});
  Variable weight = leaf(ones({3, 2}));
  sum(embedding(weight * 3, tokens)).backward();
  CHECK_FALSE(weight.grad_rows().defined());
  CHECK(equal_bits(weight.grad().tensor(), tensor({{3, 3}, {0, 0}, {6, 6}})));
  weight.zero_grad();

  CHECK(equal_bits(grad({sum(embedding(weight, tokens))}, {weight})[0].tensor(), tensor({{1, 1}, {0, 0}, {2, 2}})));
  CHECK_FALSE(weight.has_grad());

  const Variable loss = sum(embedding(weight, tokens));
  weight.set_requires_grad(false);
  loss.backward();
  CHECK_FALSE(weight.has_grad());
  CHECK_FALSE(embedding(weight, tokens).requires_grad());
  weight.set_requires_grad(true);
  sum(embedding(weight, tokens)).backward();
  CHECK(weight.grad_rows().defined());
}

TEST_CASE("second-order gradients pass through lookups in a leaf") {
  Numbers random(3);
  const Tensor tokens = random.indices({2, 3}, 4);
  Variable weight = leaf(random.tensor({4, 2}));
  const Variable first = grad({sum(exp(embedding(weight, tokens)))}, {weight}, {.create_graph = true})[0];
  sum(square(first)).backward();
  CHECK(weight.grad_rows().defined());
  CHECK(all_close(weight.grad().tensor(), 2 * square(first.tensor()), 1e-14));
  const auto gradient = [=](const std::vector<Variable>& in) { return exp(embedding(in[0], tokens)); };
  CHECK(gradgradcheck(gradient, {random.tensor({4, 2})}));
}

TEST_CASE("writing to the dense gradient changes the gradient") {
  Variable weight = leaf(ones({3, 2}));
  const auto lookup = [&] { sum(embedding(weight, ids({2}))).backward(); };
  lookup();
  Variable gradient = weight.grad();
  gradient.tensor().set({0, 1}, 5);
  CHECK_FALSE(weight.grad_rows().defined());
  lookup();
  CHECK(equal_bits(weight.grad().tensor(), tensor({{0, 5}, {0, 0}, {2, 2}})));
  weight.zero_grad();
  lookup();
  gradient = weight.grad();
  lookup();
  CHECK(equal_bits(weight.grad().tensor(), tensor({{0, 0}, {0, 0}, {2, 2}})));
  CHECK(equal_bits(weight.grad_rows().values, tensor({{2, 2}})));
}

TEST_CASE("set_grad_rows") {
  const Where here{"a.cpp", 3};
  Variable weight = leaf(ones({3, 2}));
  weight.set_grad_rows({ids({1}), tensor({{4, 5}}), 3});
  CHECK(equal_bits(weight.grad().tensor(), tensor({{0, 0}, {4, 5}, {0, 0}})));
  weight.set_grad(ones({3, 2}));
  CHECK_FALSE(weight.grad_rows().defined());
  CHECK_THROWS_WITH_AS(weight.set_grad_rows({ids({1}), tensor({{4, 5}}), 4}, here),
                       "set_grad_rows: the leaf is [3, 2], the gradient [4, 2], at a.cpp:3", ShapeError);
  CHECK_THROWS_WITH_AS(weight.set_grad_rows({ids({1}), tensor({{4, 5}}, DType::f64), 3}, here),
                       "set_grad_rows: the leaf is f32, the gradient f64, at a.cpp:3", DtypeError);
  CHECK_THROWS_WITH_AS((weight * 2).set_grad_rows({ids({1}), tensor({{4, 5}}), 3}, here),
                       "set_grad_rows: only leaves keep a gradient, at a.cpp:3", GradError);
}

TEST_CASE("AnomalyMode looks into the gradients of lookups") {
  AnomalyMode anomaly;
  Variable weight = leaf(tensor({{1, 2}, {3, 4}}));
  const Tensor infinite = tensor({{1, 1.0 / 0.0}});
  CHECK_THROWS_WITH_AS(
      embedding(weight, ids({1})).backward(infinite, {}),
      doctest::Contains("embedding_gradient: its result [2, 2] f32 has a NaN or an infinity, at row_gradient_test"), GradError);
}
