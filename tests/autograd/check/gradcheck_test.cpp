#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <limits>

using namespace weft;

namespace {

Tensor numbers(const Shape& shape, double first = 0.3, double step = 0.17) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < shape.numel(); ++i) values.push_back(first + step * static_cast<double>(i % 11));
  return tensor(values, shape);
}

// Returns x^2 with a gradient of `slope` x.
Variable square_with_slope(const Variable& x, double slope) {
  return record("square_with_slope", Where::here(), {x}, square(x.tensor()), {.inputs = kAll},
                [slope](const Backward& b) -> Variables { return {b.grad() * b.input() * slope}; });
}

}  // namespace

TEST_CASE("gradcheck accepts right gradients, element by element and along directions") {
  auto function = [](const std::vector<Variable>& in) { return exp(in[0]) * tanh(in[1]) / (1 + in[0] * in[0]); };
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{20, 30}, Shape{0}}) {
    CAPTURE(shape);
    std::vector<Tensor> inputs{numbers(shape), numbers(shape, -0.8)};
    CHECK(gradcheck(function, inputs));
    CHECK(gradgradcheck(function, inputs));
  }
}

TEST_CASE("gradcheck accepts broadcast and strided inputs and constants") {
  auto function = [](const std::vector<Variable>& in) { return where(in[2].tensor(), in[0] * in[1], sin(in[0])); };
  std::vector<Tensor> inputs{transpose(numbers({4, 3})), expand(numbers({4}), {3, 4}), tensor({1, 0, 0, 1}, DType::boolean)};
  CHECK(gradcheck(function, inputs));
  CHECK(gradgradcheck(function, inputs));
}

TEST_CASE("gradcheck rejects a gradient that is 0.1 % wrong and names it") {
  auto function = [](const std::vector<Variable>& in) { return square_with_slope(in[0], 2.002) + in[1]; };
  for (const Shape& shape : {Shape{2, 3}, Shape{20, 30}}) {
    GradcheckResult result = gradcheck(function, {numbers(shape), numbers(shape)});
    CHECK_FALSE(result.ok);
    CHECK(result.message.find("gradcheck: input 0") == 0);
    CHECK(result.message.find(shape.numel() < 24 ? "element [0, 0]" : "random direction 0") != std::string::npos);
    CHECK(result.message.find("numeric") != std::string::npos);
    CHECK(result.message.find("analytic") != std::string::npos);
  }
  auto right = [](const std::vector<Variable>& in) { return square_with_slope(in[0], 2); };
  CHECK(gradcheck(right, {numbers({20, 30})}));
}

TEST_CASE("gradcheck rejects a gradient that is infinite or NaN") {
  for (double slope : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    for (const Shape& shape : {Shape{3}, Shape{20, 30}}) {
      auto function = [slope](const std::vector<Variable>& in) { return square_with_slope(in[0], slope); };
      CHECK_FALSE(gradcheck(function, {numbers(shape)}));
    }
}

TEST_CASE("gradcheck rejects a changed input") {
  auto function = [](const std::vector<Variable>& in) {
    Variable y = in[0] * 2;
    Tensor memory = in[0].tensor();
    memory.set({0}, 7);
    return y;
  };
  GradcheckResult result = gradcheck(function, {numbers({3})});
  CHECK_FALSE(result.ok);
  CHECK(result.message == "gradcheck: input 0 was changed by the function");
}

TEST_CASE("gradcheck rejects a function that keeps its graph alive") {
  std::vector<Variable> kept;
  auto function = [&](const std::vector<Variable>& in) {
    Variable y = in[0] * 2;
    kept.push_back(y);
    return y;
  };
  GradcheckResult result = gradcheck(function, {numbers({3})});
  CHECK_FALSE(result.ok);
  CHECK(result.message == "gradcheck: 1 graph nodes are left alive after the backward pass");
}

TEST_CASE("gradcheck checks given leaves and restores them") {
  Variable weight = leaf(numbers({3, 2})), unused = leaf(numbers({2}));
  Tensor x = numbers({4, 1, 3});
  auto loss = [&] { return sum(tanh(reshape(weight, {2, 3}) * x)); };
  std::string before = to_string(weight.tensor());
  CHECK(gradcheck(loss, {weight, unused}));
  CHECK(gradgradcheck(loss, {weight, unused}));
  CHECK(to_string(weight.tensor()) == before);
  CHECK_FALSE(weight.grad().defined());
  auto wrong = [&] { return sum(square_with_slope(weight, 2.002)); };
  CHECK(gradcheck(wrong, {weight}).message.find("gradcheck: leaf 0 [3, 2] f64, element [0, 0]") == 0);
}

TEST_CASE("gradcheck accepts only f64") {
  auto function = [](const std::vector<Variable>& in) { return in[0] * 2; };
  CHECK_THROWS_WITH_AS(gradcheck(function, {ones({2})}), "gradcheck: takes f64 inputs, not f32", DtypeError);
}
