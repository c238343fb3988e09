// Gradients overwrite only memory that nothing else uses.
#include <doctest/doctest.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/fused/cross_entropy.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/product/matmul.h>

#include <vector>

#include "tests/numbers.h"

using namespace weft;

namespace {

constexpr std::int64_t kRows = 64, kClasses = 500, kBytes = kRows * kClasses * 8;

// Returns the most memory that a call of backward() takes in addition to the memory in use before.
template <class Function>
std::int64_t peak_of(Function function) {
  memory::reset_peak();
  const std::int64_t before = memory::stats().live_bytes;
  function();
  return memory::stats().peak_bytes - before;
}

}  // namespace

TEST_CASE("the gradient of cross-entropy overwrites logits that nothing else uses") {
  Numbers numbers(2);
  Variable x = leaf(numbers.tensor({kRows, kClasses}));
  const Tensor targets = numbers.indices({kRows}, kClasses);
  const auto gradient = [&](bool retain) {
    x.zero_grad();
    const Variable loss = cross_entropy(tanh(x) * 3, targets);
    const std::int64_t peak = peak_of([&] { loss.backward({.retain_graph = retain}); });
    // tanh saves x, which is a leaf, and the gradient of x is kept.
    CHECK((peak < kBytes / 2) == !retain);
    return clone(x.grad().tensor());
  };
  const Tensor kept = gradient(true), reused = gradient(false);
  CHECK(equal_bits(kept, reused));
}

TEST_CASE("logits that something else uses are not overwritten") {
  Numbers numbers(2);
  const Variable x = leaf(numbers.tensor({kRows, kClasses}));
  const Tensor targets = numbers.indices({kRows}, kClasses), before = clone((x * 3).tensor());
  const auto backward_with = [&](auto keep) {
    Variable logits = x * 3;
    const auto kept = keep(logits);
    const Variable loss = cross_entropy(logits, targets);
    logits = Variable();
    loss.backward();
    return kept;
  };
  CHECK(equal_bits(backward_with([](const Variable& logits) { return logits; }).tensor(), before));
  CHECK(equal_bits(backward_with([](const Variable& logits) { return logits.tensor(); }), before));
  CHECK(equal_bits(backward_with([](const Variable& logits) { return logits.detach(); }).tensor(), before));

  // The memory of a leaf, and memory that another node saved.
  const Tensor weights = clone(x.tensor());
  cross_entropy(x, targets).backward();
  CHECK(equal_bits(x.tensor(), weights));
  const Variable exponents = leaf(weights);
  const Variable loss = cross_entropy(exp(exponents), targets);
  loss.backward();
  const std::vector<Variable> again = grad({cross_entropy(exp(exponents), targets)}, {exponents}, {.retain_graph = true});
  CHECK(equal_bits(exponents.grad().tensor(), again[0].tensor()));
}

TEST_CASE("elementwise gradients reuse the same memory") {
  Numbers numbers(4);
  const Variable x = leaf(numbers.tensor({kRows, kClasses}));
  const Tensor seed = numbers.tensor({kRows, kClasses}), seed_before = clone(seed);
  const auto chain = [&] { return tanh(exp(sin(tanh(x) * 2) * 0.5)); };
  const Variable y = chain(), z = chain();
  const std::int64_t peak = peak_of([&] { y.backward(seed, {}); });
  CHECK(peak < kBytes + kBytes / 2);
  CHECK(equal_bits(seed, seed_before));
  CHECK(equal_bits(grad({z}, {x}, {.retain_graph = true}, {seed})[0].tensor(), x.grad().tensor()));

  // A gradient that a hook has seen keeps its numbers.
  Variable seen;
  const Variable inner = exp(x), outer = tanh(inner);
  inner.register_hook([&](const Variable& gradient) { return seen = gradient, Variable(); });
  outer.backward(seed, {});
  const Tensor& t = outer.tensor();
  CHECK(all_close(seen.tensor(), seed * (1 - t * t)));
}

TEST_CASE("memory borrowed from the user is not overwritten, neither as logits nor as a gradient") {
  Numbers numbers(3);
  std::vector<double> mine(12, 0.25);
  const std::vector<double> before = mine;
  const Variable x = leaf(numbers.tensor({3, 4}));
  const auto lent = [&] { return borrow(mine.data(), {3, 4}); };
  Variable y = tanh(x * 2);
  y.register_hook([&](const Variable&) { return Variable(lent()); });
  sum(y * 3).backward();
  CHECK(mine == before);
  Variable z = tanh(x * 2);
  z.register_hook([&](const Variable&) { return Variable(lent()); });
  (sum(z) + sum(z * z)).backward();
  CHECK(mine == before);
}

TEST_CASE("a gradient with a packed form is not overwritten") {
  const auto gradient_products = [&](bool keep) {
    Numbers same(7);
    const Variable x = leaf(cast(same.tensor({4, 4}), DType::f32));
    const Tensor probe = cast(same.tensor({4, 4}), DType::f32);
    std::vector<Tensor> products;
    std::vector<Variable> kept;
    const Variable first = tanh(x), second = tanh(first);
    for (const Variable& y : {first, second})
      y.register_hook([&](const Variable& g) {
        products.push_back(linear(probe, g.tensor(), {}));
        if (keep) kept.push_back(g);
        return Variable();
      });
    sum(second * 3).backward();
    return products;
  };
  const std::vector<Tensor> reused = gradient_products(false), kept = gradient_products(true);
  REQUIRE(reused.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(equal_bits(reused[i], kept[i]));
}
