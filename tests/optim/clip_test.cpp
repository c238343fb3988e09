#include <doctest/doctest.h>
#include <weft/optim/clip.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/views.h>

#include <cmath>
#include <limits>

#include "tests/numbers.h"
#include "tests/reference/recorded.h"
#include "tests/tensor/each_isa.h"

using namespace weft;
using optim::clip_grad_norm, optim::clip_grad_value, optim::gradient_norm;

namespace {

// Returns leaves with the given gradients.
std::vector<Variable> leaves(const std::vector<Tensor>& gradients) {
  std::vector<Variable> result;
  for (const Tensor& gradient : gradients) {
    result.push_back(leaf(zeros(gradient.shape(), gradient.dtype())));
    result.back().set_grad(clone(gradient));
  }
  return result;
}

const double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("clip_grad_norm: the norm over all gradients agrees with PyTorch") {
  Recorded all("optimizers.safetensors", "all"), clip("optimizers.safetensors", "clip");
  auto parameters = leaves({select(all["gradients_first"], 0, 0), select(all["gradients_second"], 0, 0)});
  parameters.push_back(leaf(ones({4})));  // without a gradient
  const double norm = clip["norm"].item();
  CHECK(std::abs(gradient_norm(parameters) - norm) < 1e-14);
  CHECK(std::abs(clip_grad_norm(parameters, 0.5) - norm) < 1e-14);
  CHECK(std::abs(gradient_norm(parameters) - 0.5) < 1e-14);
  // PyTorch divides by the norm + 1e-6.
  CHECK(all_close(parameters[0].grad().tensor(), clip["first"], 1e-6, 0));
  CHECK(all_close(parameters[1].grad().tensor(), clip["second"], 1e-6, 0));
  CHECK_FALSE(parameters[2].grad().defined());
}

TEST_CASE("clip_grad_norm: a norm within the limit leaves the gradients unchanged") {
  auto parameters = leaves({tensor({3, 0}), tensor({{4}})});
  CHECK(clip_grad_norm(parameters, 5) == 5);
  CHECK(equal_bits(parameters[0].grad().tensor(), tensor({3, 0})));
  CHECK(clip_grad_norm(parameters, 1) == 5);
  CHECK(all_close(parameters[1].grad().tensor(), tensor({{0.8}})));
  CHECK(gradient_norm({}) == 0);
  CHECK(clip_grad_norm({leaf(ones({2}))}, 1) == 0);
}

TEST_CASE("clip_grad_norm: a norm slightly above the limit is reduced to it, and one slightly below is unchanged") {
  for (double excess : {1e-9, 1e-6, 1e-4, 1e-3, 0.01}) {
    CAPTURE(excess);
    auto above = leaves({tensor({3 * (1 + excess), 0.0}, DType::f64), tensor({{4 * (1 + excess)}}, DType::f64)});
    clip_grad_norm(above, 5);
    CHECK(std::abs(gradient_norm(above) - 5) < 1e-14);
    auto below = leaves({tensor({3 * (1 - excess), 0.0}, DType::f64), tensor({{4 * (1 - excess)}}, DType::f64)});
    clip_grad_norm(below, 5);
    CHECK(below[1].grad().item() == 4 * (1 - excess));
  }
}

TEST_CASE("clip_grad_value: a number slightly above the limit is reduced to it") {
  for (double excess : {1e-9, 1e-6, 1e-3}) {
    auto parameters = leaves({tensor({0.5 * (1 + excess), -0.5 * (1 + excess), 0.5 * (1 - excess)}, DType::f64)});
    clip_grad_value(parameters, 0.5);
    CHECK(equal_bits(parameters[0].grad().tensor(), tensor({0.5, -0.5, 0.5 * (1 - excess)}, DType::f64)));
  }
}

TEST_CASE("clip_grad_norm: a norm that is not finite is returned and changes nothing") {
  for (double bad : {kNan, kInfinity, -kInfinity}) {
    auto parameters = leaves({tensor({100, bad}), tensor({7, 8})});
    CHECK_FALSE(std::isfinite(clip_grad_norm(parameters, 1)));
    CHECK(equal_bits(parameters[0].grad().tensor(), tensor({100, bad})));
    CHECK(equal_bits(parameters[1].grad().tensor(), tensor({7, 8})));
  }
}

TEST_CASE("clip_grad_norm: squares may overflow or underflow") {
  for (DType dtype : {DType::f32, DType::f64})
    for (double size : {1e-30, 1e-20, 1e-3, 1e20, 3e37}) {
      const double unit = dtype == DType::f64 && size != 1e-3 ? size * size * size * size * size : size;
      CAPTURE(unit);
      auto parameters = leaves({full({100}, unit, dtype), zeros({3}, dtype), full({2, 300}, unit / 2, dtype)});
      const double norm = std::sqrt(100 + 600 / 4.0) * unit;
      CHECK(std::abs(gradient_norm(parameters) / norm - 1) < 1e-6);
      CHECK(std::abs(clip_grad_norm(parameters, norm / 4) / norm - 1) < 1e-6);
      CHECK(std::abs(gradient_norm(parameters) / norm - 0.25) < 1e-6);
    }
  // Gradients of very different sizes, and a norm that f32 cannot represent.
  auto parameters = leaves({full({4}, 1e-30), full({4}, 3e38), full({4}, 1)});
  CHECK(std::abs(clip_grad_norm(parameters, 1) / 6e38 - 1) < 1e-6);
  CHECK(all_close(parameters[1].grad().tensor(), full({4}, 0.5)));
}

TEST_CASE("clip_grad_norm: results do not depend on the number of threads") {
  same_bits_on_threads([] {
    auto parameters = leaves({Numbers(1).tensor({200, 401}, DType::f32), Numbers(2).tensor({90001}, DType::f32)});
    clip_grad_norm(parameters, 1);
    return parameters[1].grad().tensor();
  });
}

TEST_CASE("clip_grad_value clamps every number") {
  auto parameters = leaves({tensor({-3, 0.25, kInfinity}), tensor({{0.5}}, DType::f64)});
  parameters.push_back(leaf(ones({4})));
  clip_grad_value(parameters, 0.5);
  CHECK(equal_bits(parameters[0].grad().tensor(), tensor({-0.5, 0.25, 0.5})));
  CHECK(equal_bits(parameters[1].grad().tensor(), tensor({{0.5}}, DType::f64)));
  CHECK_FALSE(parameters[2].grad().defined());
}

TEST_CASE("clipping refuses limits that are not above 0") {
  for (double limit : {0.0, -1.0}) {
    const std::string text = limit == 0 ? "0" : "-1";
    CHECK_THROWS_WITH_AS(clip_grad_norm({}, limit, {"a.cpp", 2}),
                         ("clip_grad_norm: max_norm is " + text + ", not above 0, at a.cpp:2").c_str(), ValueError);
    CHECK_THROWS_WITH_AS(clip_grad_value({}, limit, {"a.cpp", 2}),
                         ("clip_grad_value: limit is " + text + ", not above 0, at a.cpp:2").c_str(), ValueError);
  }
  CHECK_THROWS_AS(clip_grad_norm({}, kNan), ValueError);
}
