#include <tests/autograd/check/user_ops.h>
#include <tests/tensor/each_isa.h>
#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/op_check.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/elementwise/detail/arithmetic_ops.h>
#include <weft/tensor/elementwise/detail/cell_ops.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/runtime/isa.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

using namespace weft;

namespace user {
// An op outside weft_add_ops, so that it runs at the baseline's speed.
inline constexpr auto local_cube = elementwise("local_cube", [](auto x) { return x * x * x; });
}  // namespace user

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> list(const Tensor& x) {
  Tensor wide = contiguous(cast(x, DType::f64));
  auto numbers = wide.span<double>();
  return {numbers.begin(), numbers.end()};
}

// Returns the addresses of an op's forward and backward kernels on each instruction set that the processor has.
template <class Op>
std::set<ElementwiseFunction> kernels_of(const Op& op, std::size_t& sets) {
  std::set<ElementwiseFunction> found;
  Isa before = isa();
  sets = 0;
  for (Isa set : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (set_isa(set) != set) continue;
    ++sets;
    ElementwiseKernels kernels = op.call().kernels;
    REQUIRE((kernels.forward && kernels.backward));
    found.insert(kernels.forward);
    found.insert(kernels.backward);
  }
  set_isa(before);
  return found;
}

}  // namespace

TEST_CASE("negation flips the sign of zero on every instruction set") {
  on_each_isa([] {
    for (DType dtype : {DType::f32, DType::f64})
      for (double sign : {1.0, -1.0})
        for (double number : list(-full({17}, sign * 0.0, dtype))) CHECK(std::signbit(number) == (sign > 0));
  });
}

TEST_CASE("a user's elementwise op passes every check") {
  CHECK(check_op(elementwise_row(
      "swish", [](const auto& x) { return user::swish(x[0]); }, [](auto x) { return x[0] / (1 + std::exp(-x[0])); }, {{-4, 4}})));
  CHECK(check_op(elementwise_row(
      "polar", [](const auto& x) { return user::polar(x[0], x[1]); },
      [](auto x) {
        double square = x[0] * x[0] + x[1] * x[1];
        return std::vector{std::sqrt(square), x[0] / square};
      },
      {{0.5, 2}, {0.5, 2}}, {.f32_gradient = 2e-6})));  // the gradient of x / square for x is a difference
  CHECK(check_op(elementwise_row(
      "eight", [](const auto& x) { return user::eight(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]); },
      [](auto x) { return x[0] * x[1] + x[2] * x[3] - x[4] / x[5] + x[6] * std::sin(x[7]); },
      {{}, {}, {}, {}, {}, {0.5, 2}, {}, {}})));
  CHECK(check_op(elementwise_row(
      "choose", [](const auto& x) { return user::choose(value_of(x[0]), x[1], 1); },
      [](auto x) {
        double inside = std::abs(x[1]) < 1 ? x[1] * x[1] : 2 * std::abs(x[1]) - 1;
        return x[0] != 0 ? inside : 0.5 * std::max(x[1], 0.0);
      },
      {{0, 1, {}, DType::boolean}, {-2, 2, {-1, 0, 1}}})));
  CHECK(check_op(elementwise_row(
      "safe_log", [](const auto& x) { return user::safe_log(x[0]); }, [](auto x) { return x[0] > 0 ? std::log(x[0]) : 0.0; },
      {{0.2, 3}})));
}

TEST_CASE("each instruction set has its own kernels for ops that weft_add_ops compiles") {
  std::size_t sets = 0;
  auto swish = kernels_of(user::swish, sets), lstm = kernels_of(lstm_cell_op, sets), local = kernels_of(user::local_cube, sets);
  CHECK(swish.size() == 2 * sets);
  CHECK(lstm.size() == 2 * sets);
  CHECK(local.size() == 2);
}

TEST_CASE("an op outside weft_add_ops works on every instruction set") {
  CHECK(check_op(elementwise_row(
      "local_cube", [](const auto& x) { return user::local_cube(x[0]); }, [](auto x) { return x[0] * x[0] * x[0]; }, {{}})));
}

TEST_CASE("where ignores an infinite slope on the side not taken") {
  Variable x = leaf(tensor({-1, 0, 2}, DType::f64));
  Variable y = sum(user::safe_log(x));
  y.backward();
  CHECK(list(x.grad().tensor()) == std::vector<double>{0, 0, 0.5});
}

TEST_CASE("slopes are right at the edges of the domain") {
  auto slope = [](auto function, double at) {
    Variable x = leaf(tensor(at, DType::f64));
    return grad({function(x)}, {x})[0].item();
  };
  CHECK(slope([](const Variable& x) { return relu(x); }, kInfinity) == 1);
  CHECK(slope([](const Variable& x) { return relu(x); }, 0) == 0);
  CHECK(slope([](const Variable& x) { return pow(x, 2.0); }, 0) == 0);
  CHECK(slope([](const Variable& x) { return pow(x, 1.0); }, 0) == 1);
  CHECK(slope([](const Variable& x) { return pow(x, 0.0); }, 0) == 0);
  CHECK(slope([](const Variable& x) { return pow(0.0, x); }, 2) == 0);
  CHECK(slope([](const Variable& x) { return pow(x, 3.0); }, -2) == 12);
  CHECK(slope([](const Variable& x) { return abs(x); }, 0) == 0);
  CHECK(slope([](const Variable& x) { return sigmoid(x); }, -1000) == 0);
  CHECK(slope([](const Variable& x) { return softplus(x); }, 1000) == 1);
  CHECK(std::isnan(slope([](const Variable& x) { return sin(maximum(x, 0.0)); }, std::nan(""))));
  CHECK(slope([](const Variable& x) { return erf(x); }, 1e200) == 0);
}

TEST_CASE("NaN is propagated, and special powers agree with the standard library") {
  Isa before = isa();
  for (Isa set : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (set_isa(set) != set) continue;
    for (DType dtype : {DType::f32, DType::f64}) {
      Tensor nan = full({17}, std::nan(""), dtype), zero = zeros({17}, dtype);
      for (const Tensor& y : {maximum(nan, zero), maximum(zero, nan), minimum(nan, zero), minimum(zero, nan), clamp(nan, -1, 1),
                              relu(nan), elu(nan), erf(nan), pow(nan, 2.0), pow(0.0, nan), where(nan != nan, nan, 0)})
        for (double value : list(y)) CHECK(std::isnan(value));
      CHECK(pow(zero, 0.0).at({16}) == 1);
      CHECK(pow(nan, 0.0).at({16}) == 1);
      CHECK(pow(1.0, nan).at({16}) == 1);
      CHECK(pow(zero - 2, 3.0).at({16}) == doctest::Approx(-8).epsilon(1e-6));
      CHECK(pow(zero, -1.0).at({16}) == kInfinity);
      CHECK(erf(zero + 1e30).at({16}) == 1);
    }
  }
  set_isa(before);
}

TEST_CASE("all derivatives of a power exist at 0") {
  Variable x = leaf(tensor(0, DType::f64)), y = pow(x, 2.0);
  for (double expected : {0.0, 2.0, 0.0}) {
    y = grad({y}, {x}, {.create_graph = true})[0];
    CHECK(y.item() == expected);
  }
}

TEST_CASE("arguments may have different dtypes, broadcast shapes and be numbers") {
  Tensor f32 = ones({2, 3}), f64 = ones({3}, DType::f64), whole = tensor({1, 2, 3}, DType::i64);
  CHECK((f32 * whole).shape() == Shape{2, 3});
  CHECK((f32 * whole).dtype() == DType::f32);
  CHECK(list((f64 * whole) * 2) == std::vector<double>{2, 4, 6});
  CHECK((leaf(f64) * whole).dtype() == DType::f64);
  CHECK((f32 * f64).dtype() == DType::f64);
  CHECK(exp(whole).dtype() == DType::f32);
  std::string line = std::to_string(__LINE__ + 1);
  auto broken = [&] { return leaf(f32) + ones({4}); };
  CHECK_THROWS_WITH_AS(broken(),
                       ("add: shapes do not broadcast: [2, 3] and [4] (3 against 4), at elementwise_test.cpp:" + line).c_str(),
                       ShapeError);
  CHECK_THROWS_WITH_AS(add_op(1, 2, {"a.cpp", 1}), "add: takes at least one tensor, got numbers, at a.cpp:1", DtypeError);
}

TEST_CASE("gradients of constants are not computed") {
  constexpr std::int64_t kBytes = (std::int64_t{1} << 20) * 4;
  Variable x = leaf(ones({1 << 20}));
  Tensor factor = ones({1 << 20});
  Variable y = x * factor;
  Tensor seed = ones({1 << 20});
  memory::reset_peak();
  std::int64_t before = memory::stats().live_bytes;
  Variable gradient = grad({y}, {x}, {}, {seed})[0];
  CHECK(memory::stats().peak_bytes - before < kBytes + kBytes / 2);
}

TEST_CASE("add saves nothing, a product saves only the other factor, and exp saves its output") {
  auto kept = [](auto function) {
    constexpr std::int64_t kSize = 1 << 20;
    Variable x = leaf(ones({kSize}));
    std::int64_t before = memory::stats().live_bytes;
    Variable y = function(x);
    return static_cast<double>(memory::stats().live_bytes - before) / (4.0 * kSize);
  };
  CHECK(kept([](const Variable& x) { return ((x + 1) * 3 - 2) / 5 + x; }) < 1.2);
  CHECK(kept([](const Variable& x) { return exp(x + 1); }) < 1.2);
  CHECK(kept([](const Variable& x) { return sin(x + 1); }) > 1.8);
  CHECK(kept([](const Variable& x) { return (x + 1) * ones({1 << 20}); }) < 2.4);
}
