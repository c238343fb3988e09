#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace weft;

namespace {

std::string next_line(int line) { return "engine_test.cpp:" + std::to_string(line + 1); }

}  // namespace

TEST_CASE("backward adds to the gradients of leaves and frees all nodes") {
  Variable a = leaf(tensor({1, 2, 3})), b = leaf(tensor({4, 5, 6}));
  {
    Variable loss = sum(a * b + exp(a) / b);
    CHECK(live_nodes() == 5);
    loss.backward();
    CHECK(b.grad().tensor().at({0}) == doctest::Approx(1 - std::exp(1.0) / 16));
    Variable again = sum(a * 3);
    again.backward();
  }
  CHECK(live_nodes() == 0);
  CHECK(a.grad().tensor().at({1}) == doctest::Approx(5 + std::exp(2.0) / 5 + 3));
  a.zero_grad();
  CHECK_FALSE(a.grad().defined());
}

TEST_CASE("outputs of more than one element need a seed of the right shape") {
  Variable a = leaf(ones({3}));
  Variable y = a * 2;
  std::string line = next_line(__LINE__);
  const auto backward = [&] { y.backward(); };
  CHECK_THROWS_WITH_AS(
      backward(), ("backward: an output of shape [3] needs a seed; only one element does not, at " + line).c_str(), ShapeError);
  CHECK_THROWS_AS(y.backward(ones({4}), {}), ShapeError);
  CHECK_THROWS_AS(y.backward(ones({3}, DType::f64), {}), ShapeError);
  y.backward(tensor({1, 2, 3}), {});
  CHECK(a.grad().tensor().at({2}) == 6);
  CHECK_THROWS_AS(Variable(ones({})).backward(), GradError);
  CHECK_THROWS_AS(Variable().backward(), GradError);
}

TEST_CASE("a second backward pass needs retain_graph") {
  Variable a = leaf(tensor({2, 3}));
  std::string op_line = next_line(__LINE__);
  Variable y = sum(a * a);
  y.backward({.retain_graph = true});
  y.backward({.retain_graph = true});
  CHECK(a.grad().tensor().at({1}) == 12);
  y.backward();
  CHECK(a.grad().tensor().at({1}) == 18);
  CHECK_THROWS_WITH_AS(
      y.backward(),
      ("sum: its graph was freed by an earlier backward pass; pass retain_graph to run it again; the op ran, at " + op_line)
          .c_str(),
      GradError);
  CHECK(a.grad().tensor().at({1}) == 18);
}

TEST_CASE("create_graph: derivatives up to the fourth order are right") {
  Variable x = leaf(tensor({1, 2}, DType::f64));
  Variable y = x * x * x * x;
  double expected[] = {32, 48, 48, 24};
  for (double value : expected) {
    y = grad({y}, {x}, {.create_graph = true}, {ones({2}, DType::f64)})[0];
    CHECK(y.tensor().at({1}) == value);
  }
  y = Variable();
  CHECK(live_nodes() == 0);
}

TEST_CASE("create_graph: the norm of a gradient can be a loss") {
  Variable x = leaf(tensor({0.5, -1}, DType::f64));
  Variable y = sum(tanh(x));
  y.backward({.create_graph = true});
  Variable gradient = x.grad();
  CHECK(gradient.requires_grad());
  x.zero_grad();
  sum(gradient * gradient).backward();
  double t = std::tanh(0.5), slope = 1 - t * t;
  CHECK(x.grad().tensor().at({0}) == doctest::Approx(2 * slope * -2 * t * slope).epsilon(1e-12));
}

TEST_CASE("grad() returns gradients of leaves and inner variables and stores none") {
  Variable x = leaf(tensor({1, 2}, DType::f64)), unused = leaf(tensor({1, 2}, DType::f64));
  Variable middle = x * 3, y = sum(middle * middle);
  std::vector<Variable> found = grad({y}, {x, middle, unused, y, middle}, {.retain_graph = true});
  CHECK(found[0].tensor().at({1}) == 36);
  CHECK(found[1].tensor().at({1}) == 12);
  CHECK_FALSE(found[2].defined());
  CHECK(found[3].item() == 1);
  CHECK(found[4].tensor().at({0}) == 6);
  CHECK_FALSE(x.grad().defined());
  CHECK(grad({x}, {x}, {}, {ones({2}, DType::f64)})[0].tensor().at({0}) == 1);
  CHECK_THROWS_AS(grad({y}, {Variable(ones({2}))}), GradError);
  std::vector<Variable> both = grad({y, sum(middle)}, {x});
  CHECK(both[0].tensor().at({1}) == 39);
}

TEST_CASE("gradient rules that no input needs do not run") {
  int runs = 0;
  auto counted = [&](const Variable& x) {
    return record("counted", Where::here(), {x}, x.tensor(), {}, [&runs](const Backward& b) -> Variables {
      ++runs;
      return {b.grad()};
    });
  };
  Variable a = leaf(ones({2})), b = leaf(ones({2}));
  Variable left = counted(a), right = counted(b), y = sum(left + right);
  grad({y}, {a}, {.retain_graph = true});
  CHECK(runs == 1);
  grad({y}, {left}, {.retain_graph = true});
  CHECK(runs == 1);
  y.backward();
  CHECK(runs == 3);
  record("pair", Where::here(), {a, Variable(ones({2}))}, ones({2}), {}, [](const Backward& back) -> Variables {
    CHECK(back.wants(0));
    CHECK_FALSE(back.wants(1));
    return {back.grad(), back.grad()};
  }).backward(ones({2}), {});
}

TEST_CASE("hooks see and change gradients of leaves and inner variables") {
  Variable x = leaf(tensor({1, 2})), y = x * 2, loss = sum(y * y);
  std::vector<double> seen;
  y.register_hook([&](const Variable& g) {
    seen.push_back(g.tensor().at({1}));
    return g * 10;
  });
  x.register_hook([&](const Variable& g) {
    seen.push_back(g.tensor().at({1}));
    return Variable();
  });
  loss.backward({.retain_graph = true});
  CHECK(seen == std::vector<double>{8, 160});
  CHECK(x.grad().tensor().at({0}) == 80);
  CHECK(grad({loss}, {y}, {.retain_graph = true})[0].tensor().at({0}) == 40);
  CHECK(grad({loss}, {x}, {.retain_graph = true})[0].tensor().at({0}) == 80);
  CHECK(seen == std::vector<double>{8, 160, 8, 8, 160});
  CHECK_THROWS_AS(Variable(ones({2})).register_hook([](const Variable& g) { return g; }), GradError);
  y.register_hook([](const Variable&) { return Variable(ones({3})); });
  CHECK_THROWS_WITH_AS(loss.backward({.retain_graph = true}),
                       doctest::Contains("a hook returned [3] f32 for a gradient of shape [2]"), GradError);
  loss = y = Variable();
  x.register_hook([](const Variable&) { return Variable(ones({3})); });
  CHECK_THROWS_AS(sum(x).backward(), GradError);
}

TEST_CASE("NoGrad and detach record no graph") {
  Variable x = leaf(tensor({3}));
  {
    NoGrad off;
    CHECK_FALSE((x * 2).requires_grad());
    {
      GradMode on(true);
      CHECK((x * 2).requires_grad());
    }
    CHECK_FALSE(grad_enabled());
  }
  CHECK(live_nodes() == 0);
  Variable y = sum(x * (x * 2).detach());
  y.backward();
  CHECK(x.grad().item() == 6);
  CHECK_FALSE(x.detach().is_leaf());
  NoGrad off;
  Variable z = [&] {
    GradMode on(true);
    return sum(x * x);
  }();
  z.backward();
  CHECK(x.grad().item() == 12);
}

TEST_CASE("changing a tensor that backward needs is an error with both lines") {
  Tensor memory = tensor({1, 2, 3});
  Variable x = leaf(memory);
  std::string op_line = next_line(__LINE__);
  Variable y = sin(x);
  std::string write_line = next_line(__LINE__);
  memory.set({0}, 5);
  CHECK_THROWS_WITH_AS(
      y.backward(ones({3}), {}),
      ("sin: input 0 [3] f32 was changed at " + write_line + " while its gradient was pending; the op ran, at " + op_line)
          .c_str(),
      GradError);
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("the check for changed tensors covers views, expansion and outputs, and unsaved tensors may change") {
  Tensor memory = tensor({1, 2, 3});
  Variable x = leaf(memory), wide = leaf(ones({2, 3}));
  Variable product = wide * x;
  slice(memory, 0, 0, 1).set({0}, 7);
  CHECK_THROWS_WITH_AS(product.backward(ones({2, 3}), {}), doctest::Contains("mul: input 1"), GradError);

  Variable y = exp(x);
  Tensor output = y.tensor();
  output.write<float>()[0] = 0;
  CHECK_THROWS_WITH_AS(y.backward(ones({3}), {}), doctest::Contains("exp: output 0"), GradError);

  Variable total = x + 1;
  memory.set({0}, 9);
  CHECK_NOTHROW(total.backward(ones({3}), {}));
}

TEST_CASE("a gradient rule of the wrong shape, count or dtype is an error that names the op") {
  Variable x = leaf(ones({2, 3}));
  auto backward = [&](auto rule) { record("bad", Where::here(), {x}, x.tensor(), {}, rule).backward(ones({2, 3}), {}); };
  CHECK_THROWS_WITH_AS(backward([](const Backward& b) -> Variables { return {transpose(b.grad())}; }),
                       doctest::Contains("bad: its gradient rule returned [3, 2] f32 for input 0, which is [2, 3] f32"),
                       GradError);
  CHECK_THROWS_WITH_AS(backward([](const Backward&) -> Variables {
                         return {ones({2, 3}, DType::f64)};
                       }),
                       doctest::Contains("bad: its gradient rule returned [2, 3] f64"), GradError);
  CHECK_THROWS_WITH_AS(backward([](const Backward& b) -> Variables {
                         return {b.grad(), b.grad()};
                       }),
                       doctest::Contains("bad: its gradient rule returned 2 gradients for 1 inputs"), GradError);
  CHECK_THROWS_WITH_AS(backward([](const Backward& b) -> Variables { return {b.input() * b.grad()}; }),
                       doctest::Contains("bad: its gradient asks for input 0, which was not saved"), GradError);
  CHECK_FALSE(x.grad().defined());
  CHECK_NOTHROW(sum(x).backward());
}

TEST_CASE("an unused output has a gradient of zero") {
  Variable i = leaf(full({3}, 0.1)), f = leaf(full({3}, 0.2)), g = leaf(full({3}, 0.3)), o = leaf(full({3}, 0.4)),
           cell = leaf(full({3}, 0.5));
  auto sigmoid_of = [](double x) { return 1 / (1 + std::exp(-x)); };
  {
    auto [next, hidden] = lstm_cell_op(i, f, g, o, cell);
    sum(next).backward();
    CHECK(cell.grad().tensor().at({0}) == doctest::Approx(sigmoid_of(0.2)));
    CHECK(o.grad().tensor().at({0}) == 0);
  }
  cell.zero_grad();
  {
    auto [next, hidden] = lstm_cell_op(i, f, g, o, cell);
    sum(hidden).backward();
    double t = std::tanh(sigmoid_of(0.2) * 0.5 + sigmoid_of(0.1) * std::tanh(0.3));
    CHECK(cell.grad().tensor().at({0}) == doctest::Approx(sigmoid_of(0.4) * (1 - t * t) * sigmoid_of(0.2)));
  }
  CHECK(live_nodes() == 0);
}

TEST_CASE("general rules get zeros for unused outputs") {
  Variable x = leaf(ones({2}));
  Tensor results[] = {ones({2}), ones({3})};
  Variables outputs = record_all("two", Where::here(), std::span(&x, 1), results, {}, [](const Backward& b) -> Variables {
    CHECK(b.grad(1).shape() == Shape{3});
    CHECK(b.grad(1).tensor().at({2}) == 0);
    return {b.grad(0)};
  });
  outputs[0].backward(ones({2}), {});
}

TEST_CASE("gradients of different leaves do not share memory with each other or the seed") {
  Variable a = leaf(ones({3})), b = leaf(ones({3})), c = leaf(ones({3}));
  Tensor seed = ones({3});
  Variable same = record("same", Where::here(), {a, b}, ones({3}), {}, [](const Backward& back) -> Variables {
    return {back.grad(), back.grad()};
  });
  (same + reshape(c, {3})).backward(seed, {});
  const void* memory[] = {seed.raw(), a.grad().tensor().raw(), b.grad().tensor().raw(), c.grad().tensor().raw()};
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < i; ++j) CHECK(memory[i] != memory[j]);
  a.grad().tensor().write<float>()[0] = 8;
  CHECK(b.grad().tensor().at({0}) == 1);
  CHECK(seed.at({0}) == 1);
}

TEST_CASE("accumulation does not write into a gradient that something else holds") {
  Variable x = leaf(ones({3})), y = x * 1;
  Variable held;
  y.register_hook([&](const Variable& g) {
    held = g;
    return Variable();
  });
  Tensor seed = ones({3});
  (reshape(y, {3}) + reshape(x, {3}) + reshape(x, {3})).backward(seed, {});
  CHECK(x.grad().tensor().at({0}) == 3);
  CHECK(held.tensor().at({0}) == 1);
  CHECK(seed.at({0}) == 1);
}

TEST_CASE("gradients of a variable used several times are summed") {
  Variable x = leaf(tensor({2}));
  Variable y = x * 3;
  sum(y + y * y + exp(y) + y).backward();
  CHECK(x.grad().item() == doctest::Approx(3 * (1 + 12 + std::exp(6.0) + 1)));
}

TEST_CASE("a weight of many steps gets the sum of their gradients") {
  Variable weight = leaf(normal({5, 7})), x = leaf(normal({40, 30, 7})), shift = leaf(normal({40, 30, 5}));
  auto step = [&](std::int64_t t) { return sum(square(linear(select(x, 0, t), weight, Variable()) + select(shift, 0, t))); };
  Tensor expected = zeros({5, 7});
  for (std::int64_t t = 0; t < 40; ++t) expected = expected + grad({step(t)}, {weight})[0].tensor();
  Variable loss = step(0);
  for (std::int64_t t = 1; t < 40; ++t) loss = loss + step(t);
  int calls = 0;
  weight.register_hook([&](const Variable&) { return ++calls, Variable(); });
  loss.backward({.retain_graph = true});
  CHECK(calls == 1);
  CHECK(all_close(weight.grad().tensor(), expected, 1e-5));
  // Separately, with create_graph, and in anomaly mode.
  CHECK(equal_bits(grad({loss}, {weight}, {.retain_graph = true})[0].tensor(), weight.grad().tensor()));
  CHECK(all_close(grad({loss}, {weight}, {.create_graph = true})[0].tensor(), expected, 1e-5));
  AnomalyMode anomaly;
  CHECK(all_close(grad({loss}, {weight}, {.retain_graph = true})[0].tensor(), expected, 1e-5));
}

TEST_CASE("empty tensors have gradients") {
  Variable x = leaf(zeros({0, 3}));
  sum(exp(x) * 2).backward();
  CHECK(x.grad().shape() == Shape{0, 3});
}

TEST_CASE("a thousand gradients of a leaf are not summed in a single rounding chain") {
  // The sum is 2^24 plus 1599 ones. A single chain would lose all ones; here the first chain loses 511.
  const auto use = [](const Variable& x) {
    Variable y = x;
    for (int i = 1; i < 1599; ++i) y = y + x;
    return y + x * 0x1p24;
  };
  for (bool create_graph : {false, true}) {
    const Variable x = leaf(tensor({1}));
    CHECK(grad({use(x)}, {x}, {.create_graph = create_graph})[0].item() == 0x1p24 + 1088);
    use(x * 1).backward({}, {.create_graph = create_graph});
    CHECK(x.grad().item() == 0x1p24 + 1088);
  }
}
