// The table of tensor/docs/promotion.md for Variables: dtypes are those of Tensors, each gradient has the dtype of its Variable,
// and integers have none.
#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/check/gradcheck.h>
#include <weft/autograd/fused/softmax.h>
#include <weft/autograd/indexing/index.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/sort.h>
#include <weft/autograd/losses/loss.h>
#include <weft/nn/layers/loss.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <functional>
#include <limits>

using namespace weft;

namespace {

constexpr DType kAll[] = {DType::u8, DType::i32, DType::i64, DType::f32, DType::f64};
Tensor truth(const Nested& values) { return tensor(values, DType::boolean); }

}  // namespace

TEST_CASE("promotion: Variables of any two dtypes give what Tensors give") {
  for (DType p : kAll)
    for (DType q : kAll) {
      CAPTURE(p);
      CAPTURE(q);
      const Tensor a = tensor({6, 4}, p), b = tensor({{3}, {2}}, q);
      const Variable v = a, w = b;
      CHECK(equal_bits((v + w).tensor(), a + b));
      CHECK(equal_bits((v - w).tensor(), a - b));
      CHECK(equal_bits((v * w).tensor(), a * b));
      CHECK(equal_bits((v / w).tensor(), a / b));
      CHECK(equal_bits(maximum(v, w).tensor(), maximum(a, b)));
      CHECK(equal_bits(minimum(v, w).tensor(), minimum(a, b)));
      CHECK(equal_bits(pow(v, w).tensor(), pow(a, b)));
      CHECK(equal_bits(fma(v, w, w).tensor(), fma(a, b, b)));
      CHECK(equal_bits(where(truth({1, 0}), v, w).tensor(), where(truth({1, 0}), a, b)));
    }
}

TEST_CASE("promotion: comparisons of Variables give bool tensors, with Variables, Tensors and numbers on either side") {
  for (DType dtype : kAll) {
    const Tensor t = tensor({1, 2, 3}, dtype), two = tensor(2, DType::f64);
    const Variable v = is_floating(dtype) ? leaf(t) : Variable(t), other = tensor({3, 2, 1}, DType::i64);
    const auto check = [](const std::vector<Tensor>& all, const Nested& right) {
      for (const Tensor& each : all) CHECK(equal_bits(each, truth(right)));
    };
    check({v == other, other == v, v == two, two == v, v == 2, 2 == v}, {0, 1, 0});
    check({v != other, other != v, v != two, two != v, v != 2, 2 != v}, {1, 0, 1});
    check({v<other, other> v, v<two, two> v, v<2, 2> v}, {1, 0, 0});
    check({v <= other, other >= v, v <= two, two >= v, v <= 2, 2 >= v}, {1, 1, 0});
    check({v > other, other<v, v> two, two<v, v> 2, 2 < v}, {0, 0, 1});
    check({v >= other, other <= v, v >= two, two <= v, v >= 2, 2 <= v}, {0, 1, 1});
  }
  CHECK_THROWS_WITH_AS((void)(Variable(tensor({1, 2})) < tensor({1, 2, 3})), doctest::Contains(", at promotion_test.cpp:"),
                       ShapeError);
}

TEST_CASE("promotion: Variables with numbers, and functions of one argument, follow the rules of Tensors") {
  for (DType dtype : kAll) {
    CAPTURE(dtype);
    const Tensor t = tensor({2, 5}, dtype);
    const Variable v = t;
    for (double number : {2.0, 0.5}) {
      CHECK(equal_bits((v + number).tensor(), t + number));
      CHECK(equal_bits((number - v).tensor(), number - t));
      CHECK(equal_bits((v * number).tensor(), t * number));
      CHECK(equal_bits((number / v).tensor(), number / t));
      CHECK(equal_bits(maximum(v, number).tensor(), maximum(t, number)));
      CHECK(equal_bits(clamp(v, number, 4).tensor(), clamp(t, number, 4)));
      CHECK(equal_bits(pow(v, number).tensor(), pow(t, number)));
      CHECK(equal_bits(pow(number, v).tensor(), pow(number, t)));
      CHECK(equal_bits(where(truth({1, 0}), v, number).tensor(), where(truth({1, 0}), t, number)));
    }
    CHECK(equal_bits((-v).tensor(), -t));
    CHECK(equal_bits(abs(v).tensor(), abs(t)));
    CHECK(equal_bits(square(v).tensor(), square(t)));
    CHECK(equal_bits(relu(v).tensor(), relu(t)));
    CHECK(equal_bits(exp(v).tensor(), exp(t)));
    CHECK(equal_bits(softmax(v).tensor(), softmax(t)));
    CHECK(equal_bits(sum(v).tensor(), sum(t)));
    CHECK(equal_bits(cumsum(v).tensor(), cumsum(t)));
    CHECK(equal_bits(mean(v).tensor(), mean(t)));
    CHECK(equal_bits(var(v).tensor(), var(t)));
    CHECK(equal_bits(norm(v, {}, std::numeric_limits<double>::infinity()).tensor(),
                     norm(t, {}, std::numeric_limits<double>::infinity())));
    CHECK(equal_bits(matmul(v, v).tensor(), matmul(t, t)));
  }
}

TEST_CASE("promotion: gradients have the dtype of their Variable") {
  Variable a = leaf(tensor({1, 2, 3})), b = leaf(tensor({{0.5}, {4}}, DType::f64));
  const Variable c = tensor({2, 1, 2}, DType::i64);
  Variable y = sum(a * b * c + pow(a, b));
  CHECK(y.dtype() == DType::f64);
  y.backward({.create_graph = true});
  CHECK(a.grad().dtype() == DType::f32);
  CHECK(b.grad().dtype() == DType::f64);
  // d/da = sum over b of (b c + b a^(b-1)); at a = 1, c = 2: 2 4.5 + 4.5.
  CHECK(a.grad().tensor().at({0}) == doctest::Approx(13.5));
  // d/db = sum over a of (a c + a^b ln a); at b = 4: 2 + 2 + 6 + 16 ln 2 + 81 ln 3.
  CHECK(b.grad().tensor().at({1, 0}) == doctest::Approx(10 + 16 * std::log(2.0) + 81 * std::log(3.0)));
  const std::vector<Variable> second = grad({sum(a.grad())}, {a, b});
  CHECK(second[0].dtype() == DType::f32);
  CHECK(second[1].dtype() == DType::f64);
  // d2/da2 = sum over b of b (b-1) a^(b-2); at a = 1: -0.25 + 12.
  CHECK(second[0].tensor().at({0}) == doctest::Approx(11.75));
  for (Variable* x : {&a, &b}) x->zero_grad();  // leaves and their gradients with a graph would keep each other alive
}

TEST_CASE("promotion: cast passes gradients in both directions, and integers are constants") {
  Variable x = leaf(tensor({1.5, -2.5}));
  Variable y = cast(x, DType::f64);
  CHECK(y.dtype() == DType::f64);
  sum(y * y).backward();
  CHECK(equal_bits(x.grad().tensor(), tensor({3, -5})));
  CHECK(cast(x, DType::f32).state() == x.state());
  CHECK_FALSE(cast(x, DType::i64).requires_grad());
  CHECK(equal_bits(cast(x, DType::i64).tensor(), tensor({1, -2}, DType::i64)));
  auto round_trip = [](const std::vector<Variable>& in) { return cast(cast(in[0], DType::f64), DType::f64) * in[0]; };
  CHECK(gradcheck(round_trip, {tensor({0.5, 2}, DType::f64)}).ok);
}

TEST_CASE("promotion: ops pass gradients for their new argument dtypes") {
  auto f64 = [](const Nested& numbers) { return tensor(numbers, DType::f64); };
  const Tensor x = f64({{0.5, -1.5, 2}, {1, 3, -0.25}});
  const auto check = [](const std::function<Variable(const std::vector<Variable>&)>& f, const Tensor& at) {
    const GradcheckResult first = gradcheck(f, {at}), second = gradgradcheck(f, {at});
    CHECK_MESSAGE(first.ok, first.message);
    CHECK_MESSAGE(second.ok, second.message);
  };
  for (double p : {-2.0, -1.0, 0.5, 0.0, -std::numeric_limits<double>::infinity()})
    check([p](const auto& in) { return norm(in[0], 1, p) * sum(square(in[0])); }, x);
  check([](const auto& in) { return square(pad(in[0], {{1, -1}, {-1, 2}})); }, x);
  check([](const auto& in) { return square(gather(in[0], 1, tensor({{-1, 0, 0, 1}}, DType::i64))); }, x);
  check(
      [](const auto& in) {
        return square(scatter_add(in[0], 1, tensor({{-1, 0}}, DType::i64), slice(in[0], 0, 1) * 2));
      },
      f64({{0.5, -1.5}, {1, 3}}));
  check([](const auto& in) { return square(index_select(in[0], 0, tensor({-1, 0, -1}, DType::i64))); }, x);
  check([](const auto& in) { return square(masked_fill(in[0], truth({{{1, 0, 0}}, {{0, 0, 1}}}), 3)); }, x);
  check([](const auto& in) { return square(concat({Variable(tensor({}, DType::f64)), in[0], in[0] * 2}, 1)); }, x);
  for (int axis : {0, -1}) {
    check([axis](const auto& in) { return square(sum(in[0], axis)) + mean(in[0], axis) * max(in[0], axis); }, f64(1.5));
    check([axis](const auto& in) { return cumsum(in[0], axis) * sort(in[0], axis).values * topk(in[0], 1, axis).values; },
          f64(1.5));
    check([axis](const auto& in) { return softmax(in[0], axis) * in[0] + log_softmax(in[0], axis); }, f64(1.5));
  }
  // The norm of order -1 of a row with a 0 is 0, whatever the other numbers are.
  Variable zero = leaf(f64({0, 2}));
  norm(zero, {}, -1).backward();
  CHECK(equal_bits(zero.grad().tensor(), f64({0, 0})));
}

TEST_CASE("promotion: losses refuse targets of another dtype than the prediction") {
  const Variable x = full({2, 2}, 0.5);
  const Where here{"a.cpp", 1};
  for (DType dtype : {DType::i64, DType::boolean, DType::f64}) {
    const Tensor target = ones({2, 2}, dtype);
    const std::string rule =
        std::string(": expected one floating dtype, the prediction is f32, the target ") + name(dtype) + ", at a.cpp:1";
    CHECK_THROWS_WITH_AS(mse_loss(x, target, Reduction::mean, here), ("mse_loss" + rule).c_str(), DtypeError);
    CHECK_THROWS_WITH_AS(binary_cross_entropy(x, target, Reduction::mean, here), ("binary_cross_entropy" + rule).c_str(),
                         DtypeError);
    CHECK_THROWS_WITH_AS(binary_cross_entropy_with_logits(x, target, Reduction::mean, here),
                         ("binary_cross_entropy_with_logits" + rule).c_str(), DtypeError);
    CHECK_THROWS_WITH_AS(kl_div_loss(x, target, Reduction::mean, here), ("kl_div_loss" + rule).c_str(), DtypeError);
    CHECK_THROWS_AS(nn::MSE()(x, target), DtypeError);
    CHECK_THROWS_AS(nn::BCEWithLogits()(x, target), DtypeError);
  }
  CHECK_THROWS_AS(mse_loss(ones({2}, DType::i64), ones({2}, DType::i64)), DtypeError);
}

TEST_CASE("promotion: products refuse f32 with f64, and integers with floating dtypes") {
  const Variable a = ones({2, 2}), b = ones({2, 2}, DType::f64), c = ones({2, 2}, DType::i64);
  CHECK_THROWS_AS(matmul(a, b), DtypeError);
  CHECK_THROWS_AS(matmul(a, c), DtypeError);
  CHECK_THROWS_AS(linear(b, a, Variable()), DtypeError);
  CHECK(equal_bits(linear(c, c, Variable()).tensor(), full({2, 2}, 2, DType::i64)));
}

TEST_CASE("promotion: conditions on Variables are bool or integers") {
  const Variable x = leaf(tensor({1, 2}));
  CHECK_THROWS_WITH_AS(where(tensor({0.5, 1}), x, x, {"a.cpp", 1}),
                       "where: the condition must be bool or integers, not f32, at a.cpp:1", DtypeError);
  CHECK_THROWS_AS(where(tensor({1, 0}, DType::f64), x, 0), DtypeError);
  CHECK_THROWS_AS(where(tensor({1, 0}), 0, x), DtypeError);
}
