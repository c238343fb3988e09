#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

using namespace weft;

namespace {
std::string next_line(int line) { return "anomaly_test.cpp:" + std::to_string(line + 1); }
}  // namespace

TEST_CASE("anomaly mode names the op whose result is not finite, and its line") {
  Variable x = leaf(tensor({1, -1}));
  CHECK_NOTHROW(log(x));
  AnomalyMode anomaly;
  std::string line = next_line(__LINE__);
  CHECK_THROWS_WITH_AS(log(x), ("log: its result [2] f32 has a NaN or an infinity, at " + line).c_str(), GradError);
  NoGrad off;
  CHECK_THROWS_AS(log(x), GradError);
}

TEST_CASE("anomaly mode names the op whose gradient is not finite, and its line") {
  Variable x = leaf(tensor({1, 0}));
  std::string line = next_line(__LINE__);
  Variable y = sum(sqrt(x));
  CHECK_NOTHROW(y.backward({.retain_graph = true}));
  AnomalyMode anomaly;
  CHECK_THROWS_WITH_AS(y.backward(),
                       ("sqrt: the gradient of input 0 [2] f32 has a NaN or an infinity; the op ran, at " + line).c_str(),
                       GradError);
}

TEST_CASE("errors of ops inside a gradient rule name the user's line") {
  Variable x = leaf(tensor({1, 0}));
  std::string line = next_line(__LINE__);
  Variable y = sum(sqrt(x));
  AnomalyMode anomaly;
  CHECK_THROWS_WITH_AS(y.backward({.create_graph = true}), doctest::Contains(line.c_str()), GradError);
}

TEST_CASE("anomaly mode accepts second-order gradients of a power with a number as exponent") {
  Variable x = leaf(tensor({-1, 2}, DType::f64));
  AnomalyMode anomaly;
  Variable gradient = grad({sum(pow(x, 3.0))}, {x}, {.create_graph = true})[0];
  CHECK(grad({sum(gradient)}, {x})[0].tensor().at({0}) == -6);
}
