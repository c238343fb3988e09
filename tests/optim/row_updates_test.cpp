// Optimizer steps with row-sparse gradients.
#include <doctest/doctest.h>
#include <weft/optim/adam.h>
#include <weft/optim/adaptive.h>
#include <weft/optim/clip.h>
#include <weft/optim/sgd.h>
#include <weft/tensor/indexing/index.h>

#include <cmath>
#include <functional>

#include "tests/numbers.h"
#include "tests/tensor/each_isa.h"

using namespace weft;
using optim::RowUpdates;

namespace {

constexpr std::int64_t kRows = 90, kWidth = 37;

// The gradients of a run. Each step has different rows.
RowSparse gradient_of(std::int64_t step, DType dtype) {
  Numbers random(static_cast<std::uint64_t>(step) + 10);
  const std::int64_t ids = step == 3 ? 0 : 30;
  return embedding_gradient_rows(random.tensor({ids, kWidth}, dtype), random.indices({ids}, kRows), kRows, 5);
}

struct Rule {
  std::string name;
  std::function<std::unique_ptr<optim::Optimizer>()> make;
};

template <class O, class Options>
Rule rule(std::string name, Options options) {
  return {std::move(name), [=] { return std::make_unique<O>(options); }};
}

// The optimizers whose steps equal those of dense gradients.
std::vector<Rule> exact_rules() {
  using namespace optim;
  return {
      rule<SGD>("sgd", SGDOptions{.lr = 0.1}),
      rule<SGD>("sgd_decay", SGDOptions{.lr = 0.1, .weight_decay = 0.05}),
      rule<SGD>("momentum", SGDOptions{.lr = 0.1, .momentum = 0.9}),
      rule<SGD>("nesterov", SGDOptions{.lr = 0.1, .momentum = 0.8, .nesterov = true, .weight_decay = 0.1}),
      rule<Adagrad>("adagrad", AdagradOptions{.lr = 0.2}),
      rule<Adagrad>("adagrad_decay", AdagradOptions{.lr = 0.2, .weight_decay = 0.05}),
      rule<Adagrad>("adagrad_epsilon_0", AdagradOptions{.lr = 0.2, .epsilon = 0}),
      rule<RMSprop>("rmsprop", RMSpropOptions{.lr = 0.02}),
      rule<Adam>("adam", AdamOptions{.lr = 0.05}),
      rule<Adam>("adam_decay", AdamOptions{.lr = 0.05, .weight_decay = 0.05}),
      rule<AdamW>("adamw", AdamWOptions{.lr = 0.05}),
      rule<AdamW>("adamw_no_decay", AdamWOptions{.lr = 0.05, .weight_decay = 0}),
  };
}

struct Result {
  Tensor parameter;
  std::map<std::string, Tensor> state;
};

enum class Form { rows, dense };

Result train(optim::Optimizer& optimizer, Form form, int steps, DType dtype) {
  Variable weight = leaf(Numbers(1).tensor({kRows, kWidth}, dtype));
  optimizer.add({weight});
  for (int i = 0; i < steps; ++i) {
    const RowSparse gradient = gradient_of(i, dtype);
    form == Form::rows ? weight.set_grad_rows(gradient) : weight.set_grad(to_dense(gradient));
    optimizer.step();
  }
  return {weight.tensor(), optimizer.state()};
}

void check_equal(const Result& a, const Result& b) {
  CHECK(equal_bits(a.parameter, b.parameter));
  REQUIRE(a.state.size() == b.state.size());
  for (const auto& [name, value] : a.state) CHECK(equal_bits(value, b.state.at(name)));
}

// The definition of RowUpdates::lazy, in f64.
struct LazyAdam {
  double lr, beta1, beta2, epsilon, decay;
  bool decoupled;
  std::vector<double> p, m = std::vector<double>(kRows * kWidth), v = m;

  void step(const RowSparse& gradient, int t) {
    for (std::int64_t i = 0; i < gradient.rows.numel(); ++i)
      for (std::int64_t j = 0; j < kWidth; ++j) {
        const auto at = static_cast<std::size_t>(static_cast<std::int64_t>(gradient.rows.at({i})) * kWidth + j);
        double g = gradient.values.at({i, j});
        decoupled ? p[at] *= 1 - lr* decay : g += decay * p[at];
        m[at] = beta1 * m[at] + (1 - beta1) * g;
        v[at] = beta2 * v[at] + (1 - beta2) * g * g;
        p[at] -= lr * m[at] / (1 - std::pow(beta1, t)) / (std::sqrt(v[at] / (1 - std::pow(beta2, t))) + epsilon);
      }
  }
};

void check_lazy(optim::Optimizer& optimizer, LazyAdam expected) {
  const Tensor start = Numbers(1).tensor({kRows, kWidth}, DType::f64);
  expected.p.assign(start.data<double>(), start.data<double>() + start.numel());
  const Result result = train(optimizer, Form::rows, 20, DType::f64);
  for (int i = 0; i < 20; ++i) expected.step(gradient_of(i, DType::f64), i + 1);
  CHECK(max_difference(result.parameter, tensor(expected.p, {kRows, kWidth})) < 1e-13);
  CHECK(max_difference(result.state.at("0.m"), tensor(expected.m, {kRows, kWidth})) < 1e-14);
  CHECK(max_difference(result.state.at("0.v"), tensor(expected.v, {kRows, kWidth})) < 1e-14);
}

}  // namespace

TEST_CASE("steps by row-sparse gradients have the bits of steps by dense ones") {
  for (const Rule& rule : exact_rules()) {
    CAPTURE(rule.name);
    on_each_isa([&] {
      for (DType dtype : {DType::f32, DType::f64})
        for (int threads : {1, 2}) {
          set_threads(threads);
          const Result rows = train(*rule.make(), Form::rows, 20, dtype), dense = train(*rule.make(), Form::dense, 20, dtype);
          set_threads(1);
          check_equal(rows, dense);
        }
    });
  }
}

TEST_CASE("lazy Adam and AdamW update only the rows of the gradient, with the global t") {
  const optim::AdamOptions adam{.lr = 0.05, .row_updates = RowUpdates::lazy};
  const optim::AdamOptions decayed{.lr = 0.05, .beta1 = 0.7, .weight_decay = 0.1, .row_updates = RowUpdates::lazy};
  const optim::AdamWOptions adamw{.lr = 0.05, .weight_decay = 0.1, .row_updates = RowUpdates::lazy};
  for (int threads : {1, 2}) {
    set_threads(threads);
    optim::Adam first(adam), second(decayed);
    check_lazy(first, {0.05, 0.9, 0.999, 1e-8, 0, false, {}});
    check_lazy(second, {0.05, 0.7, 0.999, 1e-8, 0.1, false, {}});
    optim::AdamW third(adamw);
    check_lazy(third, {0.05, 0.9, 0.999, 1e-8, 0.1, true, {}});
  }
  set_threads(1);
}

TEST_CASE("lazy Adam treats a dense gradient as one with all rows") {
  optim::Adam lazy({.row_updates = RowUpdates::lazy}), exact;
  check_equal(train(lazy, Form::dense, 4, DType::f32), train(exact, Form::dense, 4, DType::f32));
}

TEST_CASE("a saved state continues bit for bit with row-sparse gradients") {
  for (RowUpdates updates : {RowUpdates::exact, RowUpdates::lazy}) {
    const auto make = [&] { return optim::Adam({.lr = 0.05, .row_updates = updates}); };
    optim::Adam whole = make(), first = make(), rest = make();
    const Result expected = train(whole, Form::rows, 6, DType::f32);
    Variable weight = leaf(Numbers(1).tensor({kRows, kWidth}, DType::f32));
    first.add({weight});
    rest.add({weight});
    for (int i = 0; i < 6; ++i) {
      weight.set_grad_rows(gradient_of(i, DType::f32));
      if (i == 3) rest.load_state(first.state(), first.steps());
      (i < 3 ? first : rest).step();
    }
    check_equal({weight.tensor(), rest.state()}, expected);
  }
}

TEST_CASE("clipping row-sparse gradients gives the bits of dense ones, and keeps them row-sparse") {
  for (int threads : {1, 2}) {
    set_threads(threads);
    for (DType dtype : {DType::f32, DType::f64}) {
      Numbers random(7);
      const RowSparse gradient = embedding_gradient_rows(random.tensor({500, 60}, dtype), random.indices({500}, 2000), 2000);
      Variable sparse = leaf(zeros({2000, 60}, dtype)), dense = leaf(zeros({2000, 60}, dtype)), other = leaf(ones({3}, dtype));
      const auto reset = [&] {
        sparse.set_grad_rows(gradient);
        dense.set_grad(to_dense(gradient));
        other.set_grad(full({3}, 2, dtype));
      };
      reset();
      CHECK(optim::gradient_norm({sparse, other}) == optim::gradient_norm({dense, other}));
      CHECK(optim::clip_grad_norm({sparse}, 0.25) == optim::clip_grad_norm({dense}, 0.25));
      CHECK(equal_bits(to_dense(sparse.grad_rows()), dense.grad().tensor()));
      CHECK(optim::gradient_norm({sparse}) == doctest::Approx(0.25));
      reset();
      optim::clip_grad_value({sparse, other}, 0.125);
      optim::clip_grad_value({dense}, 0.125);
      CHECK(equal_bits(to_dense(sparse.grad_rows()), dense.grad().tensor()));
      CHECK(equal_bits(other.grad().tensor(), full({3}, 0.125, dtype)));
    }
    set_threads(1);
  }
}

TEST_CASE("a row-sparse gradient whose shape differs from its parameter's is refused") {
  Variable weight = leaf(zeros({4, 2}));
  optim::Adam adam;
  adam.add({weight});
  weight.set_grad_rows({tensor({1}, DType::i64), tensor({{1, 2}}), 4});
  weight.tensor() = zeros({5, 2});
  CHECK_THROWS_WITH_AS(adam.step(), doctest::Contains("does not match rows of a matrix [4, 2]"), ShapeError);
}
