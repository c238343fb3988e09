#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {

std::vector<Variable> chain(const std::vector<Variable>& in) {
  Variable y = tanh(in[0] * in[1]);
  return {sum(exp(y) * in[0]), y};
}

}  // namespace

TEST_CASE("checkpoint: gradients of every order agree with the function") {
  Generator generator{1};
  std::vector<Tensor> inputs{normal({2, 3}, 0, 1, DType::f64, generator), normal({3}, 0, 1, DType::f64, generator)};
  auto kept = [](const std::vector<Variable>& in) { return checkpoint(chain, in); };
  CHECK(gradcheck(kept, inputs));
  CHECK(gradgradcheck(kept, inputs));
  auto slopes = [](const std::vector<Variable>& in) { return gradients_of(chain, in, {Variable(tensor(1, DType::f64)), {}}); };
  CHECK(gradcheck(slopes, inputs));
  CHECK(gradgradcheck(slopes, inputs));
  Variable a = leaf(inputs[0]), b = leaf(inputs[1]);
  std::vector<Variable> expected = grad({chain({a, b})[0]}, {a, b}), found = slopes({a, b});
  CHECK(equal_bits(found[0].tensor(), expected[0].tensor()));
  CHECK(equal_bits(found[1].tensor(), expected[1].tensor()));
}

TEST_CASE("checkpoint: the graph has one node, whatever the function computes") {
  Variable x = leaf(ones({4}));
  std::int64_t before = live_nodes();
  std::vector<Variable> y = checkpoint(chain, {x, x * 2});
  CHECK(live_nodes() == before + 2);
  y[0].backward();
  CHECK(max_difference(x.grad().tensor(), grad({chain({x, x * 2})[0]}, {x})[0].tensor()) < 1e-6);
}

TEST_CASE("checkpoint: constants and results may be independent of the inputs") {
  Variable x = leaf(ones({2}));
  auto first = [](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * 3, in[1] * 1}; };
  auto result = [&](std::size_t i) { return checkpoint(first, {x, Variable(ones({2}))})[i]; };
  CHECK(equal_bits(grad({sum(result(0))}, {x})[0].tensor(), full({2}, 3)));
  CHECK(equal_bits(grad({sum(result(1))}, {x})[0].tensor(), zeros({2})));
  NoGrad off;
  CHECK_FALSE(checkpoint(first, {x, x})[0].requires_grad());
}

TEST_CASE("checkpoint: leaves that the function uses in addition to its inputs get gradients of every order") {
  Generator generator{2};
  Variable x = leaf(normal({2, 3}, 0, 1, DType::f64, generator)), weight = leaf(normal({3}, 0, 1, DType::f64, generator));
  Variable frozen = leaf(normal({3}, 0, 1, DType::f64, generator));
  frozen.set_requires_grad(false);
  auto layer = [&](const std::vector<Variable>& in) {
    return std::vector<Variable>{sum(tanh(in[0] * weight) * exp(weight) + frozen)};
  };
  const std::vector<Variable> expected = grad({layer({x})[0]}, {x, weight});
  checkpoint(layer, {x})[0].backward();
  CHECK(equal_bits(x.grad().tensor(), expected[0].tensor()));
  CHECK(equal_bits(weight.grad().tensor(), expected[1].tensor()));
  CHECK_FALSE(frozen.has_grad());
  weight.zero_grad();
  checkpoint(layer, {Variable(x.tensor())})[0].backward();  // all inputs are constants
  CHECK(equal_bits(weight.grad().tensor(), expected[1].tensor()));

  auto second = [&](const Variable& y) {
    const std::vector<Variable> slopes = grad({y}, {x, weight}, {.create_graph = true});
    return grad({sum(slopes[0] * slopes[0]) + sum(slopes[1])}, {x, weight});
  };
  const std::vector<Variable> right = second(layer({x})[0]), found = second(checkpoint(layer, {x})[0]);
  for (std::size_t i = 0; i < 2; ++i) CHECK(max_difference(found[i].tensor(), right[i].tensor()) < 1e-12);
  NoGrad off;
  CHECK_FALSE(checkpoint(layer, {x})[0].requires_grad());
}

TEST_CASE("checkpoint: using a value with a graph that is not an input is an error") {
  Variable x = leaf(ones({3}));
  const Variable y = exp(x);
  auto function = [&](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * y}; };
  CHECK_THROWS_WITH_AS(checkpoint(function, {x}), doctest::Contains("uses the result of exp, which was computed before"),
                       GradError);
  const Tensor constant = y.tensor();
  auto detached = [&](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * constant}; };
  checkpoint(detached, {x})[0].backward(ones({3}), {});
  CHECK(equal_bits(x.grad().tensor(), constant));
}

TEST_CASE("checkpoint: omitted arguments stay undefined") {
  Generator generator{3};
  Variable x = leaf(normal({2, 3}, 0, 1, DType::f32, generator)), weight = leaf(normal({4, 3}, 0, 1, DType::f32, generator));
  auto layer = [](const std::vector<Variable>& in) { return std::vector<Variable>{sum(tanh(linear(in[0], in[1], in[2])))}; };
  const std::vector<Variable> expected = grad(layer({x, weight, {}}), {x, weight});
  const std::vector<Variable> found = grad(checkpoint(layer, {x, weight, {}}), {x, weight});
  for (std::size_t i = 0; i < 2; ++i) CHECK(equal_bits(found[i].tensor(), expected[i].tensor()));
}

TEST_CASE("checkpoint: recomputation draws the same random numbers and does not advance generators") {
  Generator own{7};
  const Tensor start = normal({5, 7}, 0, 1, DType::f64, own);
  // Draws alternately from two generators, single numbers too, and from one that is local to the function.
  auto noisy = [&](const std::vector<Variable>& in) {
    Generator local{9};
    Variable y = in[0] * bernoulli({5, 7}, 0.5, DType::f64) * uniform({7}, 0, 1, DType::f64, own);
    y = sin(y * own.uniform()) + exp(in[0]) * normal({5, 1}, 0, 1, DType::f64, local);
    return std::vector<Variable>{sum(y * y * bernoulli({5, 7}, 0.5, DType::f64))};
  };
  auto run = [&](bool kept) {
    manual_seed(4);
    own = {5};
    std::vector<Tensor> results;
    for (int step = 0; step < 2; ++step) {
      Variable x = leaf(start);
      const Variable loss = kept ? checkpoint(noisy, {x})[0] : noisy({x})[0];
      const Generator drawn = own, drawn_default = default_generator();
      const Variable slope = grad({loss}, {x}, {.create_graph = true})[0];
      sum(slope * slope).backward();
      CHECK(own == drawn);
      CHECK(default_generator() == drawn_default);
      for (const Variable& each : {loss, slope, x.grad()}) results.push_back(each.tensor());
    }
    return results;
  };
  const std::vector<Tensor> expected = run(false), found = run(true);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(max_difference(found[i], expected[i]) < 1e-12);
  CHECK_FALSE(equal_bits(found[0], found[3]));
}

TEST_CASE("checkpoint: nested checkpoints and gradients_of draw the same random numbers") {
  const Tensor start = full({40}, 0.5);
  auto drop = [](const std::vector<Variable>& in) { return std::vector<Variable>{in[0] * in[0] * bernoulli({40}, 0.5)}; };
  auto both = [&](bool kept) {
    return [&drop, kept](const std::vector<Variable>& in) {
      const Variable once = in[0] * bernoulli({40}, 0.5);
      const Variable twice = kept ? checkpoint(drop, {once})[0] : drop({once})[0];
      return std::vector<Variable>{sum(twice * twice * uniform({40}))};
    };
  };
  auto gradient = [&](bool kept) {
    manual_seed(8);
    Variable x = leaf(start);
    (kept ? checkpoint(both(true), {x}) : both(false)({x}))[0].backward();
    return x.grad().tensor();
  };
  const Tensor expected = gradient(false);
  CHECK(equal_bits(gradient(true), expected));
  manual_seed(8);
  CHECK(equal_bits(gradients_of(both(true), {leaf(start)}, {Variable(tensor(1))})[0].tensor(), expected));
}

TEST_CASE("checkpoint: recomputing a function that seeds the generator does not change the generator") {
  auto seeded = [](const std::vector<Variable>& in) {
    manual_seed(3);
    return std::vector<Variable>{sum(in[0] * uniform({6}))};
  };
  Variable x = leaf(ones({6}));
  const Variable loss = checkpoint(seeded, {x})[0];
  manual_seed(11);
  loss.backward();
  CHECK(default_generator() == Generator{11});
  manual_seed(3);
  CHECK(equal_bits(x.grad().tensor(), uniform({6})));
}

TEST_CASE("checkpoint: a function that draws more or fewer numbers the second time is an error") {
  for (int change : {-1, 1}) {
    int count = 2;
    auto function = [&](const std::vector<Variable>& in) {
      Variable y = in[0];
      for (int i = 0; i < count; ++i) y = y * uniform({3});
      return std::vector<Variable>{sum(y)};
    };
    const Variable loss = checkpoint(function, {leaf(ones({3}))})[0];
    count += change;
    CHECK_THROWS_WITH_AS(loss.backward(), doctest::Contains("checkpoint: its function drew other random numbers"), GradError);
  }
}

TEST_CASE(
    "checkpoint: an exception in its function, the first or the second time, leaves the generators as without a checkpoint") {
  for (int fails : {0, 1}) {
    int calls = 0;
    auto function = [&](const std::vector<Variable>& in) {
      const Variable y = sum(in[0] * uniform({3}));
      if (calls++ == fails) throw std::runtime_error("on purpose");
      return std::vector<Variable>{y * uniform({})};
    };
    manual_seed(6);
    const Variable x = leaf(ones({3}));
    const auto run = [&] { checkpoint(function, {x})[0].backward(); };
    CHECK_THROWS_WITH(run(), "on purpose");
    const Generator reached{6, 0, std::uint64_t{fails == 0 ? 3U : 4U}};
    CHECK(default_generator() == reached);
    uniform({2});
    CHECK(default_generator() == Generator{6, 0, reached.counter + 2});
    run();  // the first attempt has left nothing behind
    CHECK(default_generator() == Generator{6, 0, reached.counter + 6});
  }
}
