// Every way to write an op must select exactly one overload with each compiler: Tensors give a Tensor, and any Variable a
// Variable.
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>

#include <doctest/doctest.h>

#include <concepts>

using namespace weft;

namespace {

template <class X>
void gives_tensor(const X&) {
  static_assert(std::same_as<X, Tensor>);
}
template <class X>
void gives_variable(const X&) {
  static_assert(std::same_as<X, Variable>);
}

}  // namespace

TEST_CASE("operators") {
  Tensor t = ones({2});
  Variable v = leaf(t);
  gives_tensor(-t);
  gives_tensor(t + t);
  gives_tensor(t - t * t / t);
  gives_tensor(t + 1);
  gives_tensor(t * 2.5f);
  gives_tensor(t - true);
  gives_tensor(1 - t);
  gives_tensor(2.0 * t);
  gives_tensor(1L + t);
  gives_tensor(1 / t);
  gives_variable(-v);
  gives_variable(v + v);
  gives_variable(v - v * v / v);
  gives_variable(t + v);
  gives_variable(v + t);
  gives_variable(t - v);
  gives_variable(v - t);
  gives_variable(t * v);
  gives_variable(v * t);
  gives_variable(t / v);
  gives_variable(v / t);
  gives_variable(v + 1);
  gives_variable(v * 2.5f);
  gives_variable(1 - v);
  gives_variable(2.0 * v);
  gives_variable(1 / v);
  gives_variable(1 - v * 2 + t);
  CHECK((1 - t).at({0}) == 0);
  CHECK((1 - v * 2 + t).tensor().at({1}) == 0);
}

TEST_CASE("functions") {
  Tensor t = ones({2}), mask = t > 0;
  Variable v = leaf(t);
  gives_tensor(exp(t));
  gives_variable(exp(v));
  gives_tensor(leaky_relu(t, 0.2));
  gives_variable(leaky_relu(v));
  gives_tensor(clamp(t, 0, 1));
  gives_variable(clamp(v, 0, 1));
  gives_tensor(maximum(t, t));
  gives_tensor(maximum(t, 1));
  gives_tensor(maximum(t, 0.5));
  gives_variable(maximum(v, t));
  gives_variable(maximum(t, v));
  gives_variable(minimum(v, 1));
  gives_tensor(pow(t, 2));
  gives_tensor(pow(2, t));
  gives_tensor(pow(t, t));
  gives_variable(pow(v, 2));
  gives_variable(pow(2.0, v));
  gives_variable(pow(v, t));
  gives_variable(pow(t, v));
  gives_tensor(fma(t, t, t));
  gives_variable(fma(t, v, t));
  gives_tensor(where(mask, t, t));
  gives_tensor(where(mask, t, 0));
  gives_tensor(where(mask, 1.0, t));
  gives_variable(where(mask, t, v));
  gives_variable(where(mask, v, t));
  gives_variable(where(mask, v, v));
  gives_variable(where(mask, v, 0));
  gives_variable(where(mask, 0.0, v));
  gives_tensor(sum(t));
  gives_variable(sum(v, {0}));
  gives_tensor(reshape(t, {1, 2}));
  gives_variable(reshape(v, {1, 2}));
  gives_tensor(transpose(reshape(t, {1, 2})));
  gives_variable(transpose(reshape(v, {1, 2})));
  CHECK(where(mask, t, v).tensor().at({0}) == 1);
}

TEST_CASE("lists and products") {
  Tensor t = ones({2, 2});
  Variable v = leaf(t);
  gives_tensor(concat({t, t}));
  gives_variable(concat({t, v}));
  gives_variable(concat({v, t}, 1));
  gives_variable(concat({v, v}));
  gives_tensor(stack({t, t}));
  gives_variable(stack({v, t}));
  gives_tensor(matmul(t, t));
  gives_variable(matmul(t, v));
  gives_variable(matmul(v, t));
  gives_variable(matmul(v, v));
  CHECK(matmul(t, v).tensor().at({0, 0}) == 2);
}

TEST_CASE("a Tensor converts to a constant, never the other way") {
  static_assert(std::is_convertible_v<Tensor, Variable>);
  static_assert(!std::is_convertible_v<Variable, Tensor>);
  static_assert(!std::is_convertible_v<double, Variable>);
  static_assert(!std::is_convertible_v<double, Tensor>);
  Variable constant = ones({2});
  CHECK_FALSE(constant.requires_grad());
}
