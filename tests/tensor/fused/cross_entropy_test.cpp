#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/cross_entropy.h>
#include <weft/tensor/fused/softmax.h>
#include <weft/tensor/reduction/reduce.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

std::vector<CrossEntropyOptions> all_options(std::int64_t classes, DType dtype, Generator& g) {
  std::vector<CrossEntropyOptions> all;
  for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none})
    for (double smoothing : {0.0, 0.1})
      for (bool weighted : {false, true})
        all.push_back({1, weighted ? uniform({classes}, 0.5, 2, dtype, g) : Tensor(), smoothing, reduction});
  return all;
}

// Returns the loss as PyTorch defines it, by plain loops in f64.
Tensor plain_loss(const Tensor& logits, const Tensor& targets, const CrossEntropyOptions& options) {
  const Tensor x = contiguous(cast(logits, DType::f64));
  const std::int64_t classes = logits.shape().back(), count = targets.numel();
  const auto weight = [&](std::int64_t j) { return options.class_weights.defined() ? options.class_weights.at({j}) : 1.0; };
  std::vector<double> losses;
  double total = 0, divisor = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double* row = x.data<double>() + i * classes;
    const std::int64_t target = targets.data<std::int64_t>()[i];
    double sum_of_exp = 0, smooth = 0;
    for (std::int64_t j = 0; j < classes; ++j) sum_of_exp += std::exp(row[j]);
    for (std::int64_t j = 0; j < classes; ++j) smooth -= weight(j) * (row[j] - std::log(sum_of_exp));
    double loss = 0;
    if (target != options.ignore_index) {
      const double hit = -weight(target) * (row[target] - std::log(sum_of_exp));
      loss = (1 - options.label_smoothing) * hit + options.label_smoothing / static_cast<double>(classes) * smooth;
      divisor += weight(target);
    }
    losses.push_back(loss);
    total += loss;
  }
  if (options.reduction == Reduction::none) return tensor(losses, targets.shape());
  return tensor(options.reduction == Reduction::mean ? total / divisor : total, DType::f64);
}

}  // namespace

TEST_CASE("cross_entropy: classes of weight 0 may be impossible, and small losses are not rounded away") {
  const double infinity = std::numeric_limits<double>::infinity();
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64}) {
      const Tensor x = tensor({{-infinity, 0, 0}, {-infinity, 0, 0}}, dtype), targets = tensor({1, 0}, DType::i64);
      const CrossEntropyOptions options{
          .class_weights = tensor({0, 1, 1}, dtype), .label_smoothing = 0.1, .reduction = Reduction::none};
      CHECK(all_close(cross_entropy(x, targets, options), tensor({(0.9 + 0.2 / 3), 0.2 / 3}, dtype) * std::log(2.0), 1e-6));
      for (double margin : {3.0, 8.0, 15.0, 20.0, 60.0})
        for (double level : {0.0, -7.5, 1000.0}) {
          const Tensor logits = tensor({{level + margin, level, level - 1}}, dtype), target = tensor({0}, DType::i64);
          const double loss = std::log1p(std::exp(-margin) + std::exp(-margin - 1));
          CHECK(std::abs(cross_entropy(logits, target).item() / loss - 1) < 1e-5);
          CHECK(std::abs(log_softmax(logits).at({0, 0}) / -loss - 1) < 1e-5);
        }
    }
  });
}

TEST_CASE("cross_entropy agrees with plain loops in f64, for all options") {
  Generator g{1};
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64})
      for (std::int64_t classes : {2, 7, 17, 33, 200}) {
        const Tensor logits = uniform({5, 3, classes}, -4, 4, dtype, g), targets = randint(0, classes, {5, 3}, g);
        const double tolerance = dtype == DType::f32 ? 1e-6 : 1e-14;
        for (const CrossEntropyOptions& options : all_options(classes, dtype, g)) {
          const Tensor expected = plain_loss(logits, targets, options);
          REQUIRE(all_close(cross_entropy(logits, targets, options), expected, tolerance, tolerance));
          same_bits_on_threads([&] { return cross_entropy(logits, targets, options); });
        }
      }
  });
}

TEST_CASE("cross_entropy: the gradient agrees with the plain composition") {
  Generator g{2};
  on_each_isa([&] {
    for (std::int64_t classes : {2, 17, 200}) {
      const Tensor logits = uniform({6, classes}, -4, 4, DType::f64, g), targets = randint(0, classes, {6}, g);
      for (const CrossEntropyOptions& options : all_options(classes, DType::f64, g)) {
        const CrossEntropyResult result = cross_entropy_forward(logits, targets, options, {});
        const Tensor gradient = uniform(result.loss.shape(), 0.5, 2, DType::f64, g);
        const Tensor t = target_weights(targets, classes, DType::f64, options);
        const Tensor scale = options.reduction == Reduction::none ? reshape(gradient, {6, 1}) : gradient;
        const Tensor expected = (softmax(logits) * sum(t, -1, true) - t) * scale / result.divisor;
        const Tensor found = cross_entropy_backward(logits, targets, options, result, gradient);
        REQUIRE(all_close(found, expected, 1e-13, 1e-14));
        same_bits_on_threads([&] { return cross_entropy_backward(logits, targets, options, result, gradient); });
      }
    }
  });
}

TEST_CASE("cross_entropy: the gradient of a very confident row is accurate, also at its target") {
  on_each_isa([&] {
    for (DType dtype : {DType::f32, DType::f64})
      for (double smoothing : {0.0, 0.1})
        for (double margin : {-30.0, 0.5, 8.0, 17.0, 20.0, 36.0, 60.0})
          for (double level : {0.0, -7.5, 1000.0}) {
            const CrossEntropyOptions options{.class_weights = tensor({0.5, 2, 1}, dtype), .label_smoothing = smoothing};
            const Tensor logits = tensor({{level + margin, level, level - 1}}, dtype), targets = tensor({0}, DType::i64);
            const Tensor found = cross_entropy_backward(logits, targets, options,
                                                        cross_entropy_forward(logits, targets, options, {}), ones({}, dtype));
            // The same in long double: p_0 - 1 = -(p_1 + p_2).
            const long double others[] = {std::exp(-static_cast<long double>(margin)),
                                          std::exp(-static_cast<long double>(margin) - 1)};
            const long double total = 1 + others[0] + others[1], p[] = {1 / total, others[0] / total, others[1] / total};
            const long double weights[] = {0.5L, 2, 1}, hit = (1 - static_cast<long double>(smoothing)) * weights[0];
            for (int j = 0; j < 3; ++j) {
              const long double own = j == 0 ? -(p[1] + p[2]) : p[j];
              const long double right =
                  (hit * own + static_cast<long double>(smoothing) / 3 * (3.5L * p[j] - weights[j])) / weights[0];
              CAPTURE(margin);
              CAPTURE(j);
              const double bound = (dtype == DType::f32 ? 4e-7 : 1e-15) * (smoothing == 0 ? 1 : 4);
              const long double least = smoothing == 0 ? 0 : 1e-8L;  // for gradients in which the two parts cancel
              CHECK(std::abs(static_cast<long double>(found.at({0, j})) - right) <= bound * std::abs(right) + bound * least);
            }
          }
  });
}

TEST_CASE("cross_entropy: a row does not depend on other rows, and padding changes no bit of the loss") {
  Generator g{3};
  on_each_isa([&] {
    const Tensor logits = uniform({4, 9, 33}, -4, 4, DType::f32, g), targets = randint(0, 33, {4, 9}, g);
    CrossEntropyOptions each;
    each.reduction = Reduction::none;
    const Tensor all = cross_entropy(logits, targets, each);
    for (std::int64_t i = 0; i < 4; ++i)
      CHECK(equal_bits(cross_entropy(select(logits, 0, i), select(targets, 0, i), each), select(all, 0, i)));

    Tensor padded = uniform({4, 15, 33}, -4, 4, DType::f32, g), padded_targets = full({4, 15}, -100, DType::i64);
    Tensor part = slice(padded, 1, 0, 9), target_part = slice(padded_targets, 1, 0, 9);
    copy_to(part, logits);
    copy_to(target_part, targets);
    for (Reduction reduction : {Reduction::mean, Reduction::sum}) {
      CrossEntropyOptions options;
      options.reduction = reduction;
      options.label_smoothing = 0.1;
      CHECK(equal_bits(cross_entropy(padded, padded_targets, options), cross_entropy(logits, targets, options)));
      const auto gradient = [&](const Tensor& x, const Tensor& t) {
        return cross_entropy_backward(x, t, options, cross_entropy_forward(x, t, options, {}), tensor(1));
      };
      CHECK(equal_bits(slice(gradient(padded, padded_targets), 1, 0, 9), gradient(logits, targets)));
      CHECK(max(abs(slice(gradient(padded, padded_targets), 1, 9))).item() == 0);
    }
  });
}

TEST_CASE("cross_entropy: no counted targets, large logits, strided logits and no examples are handled") {
  const Tensor targets = full({3}, -100, DType::i64), logits = zeros({3, 4});
  CHECK(cross_entropy(logits, targets).item() == 0);
  const CrossEntropyResult result = cross_entropy_forward(logits, targets, {}, {});
  CHECK(equal_bits(cross_entropy_backward(logits, targets, {}, result, tensor(1)), zeros({3, 4})));

  CHECK(cross_entropy(tensor({{1e30, 0}}), zeros({1}, DType::i64)).item() == 0);
  CHECK(cross_entropy(zeros({0, 4}), zeros({0}, DType::i64)).item() == 0);
  Generator g{4};
  const Tensor across = transpose(uniform({4, 3}, -1, 1, DType::f32, g));
  const Tensor some = randint(0, 4, {3}, g);
  CHECK(equal_bits(cross_entropy(across, some), cross_entropy(clone(across), some)));
  CHECK(cross_entropy(tensor({0, 0}), tensor(0, DType::i64)).item() == doctest::Approx(std::log(2.0)));
}

TEST_CASE("cross_entropy: errors name the rule and the values") {
  const Tensor logits = zeros({2, 3});
  const auto classes = [](std::vector<std::int64_t> values) { return tensor(values); };
  const Where no_line{};
  const auto loss = [&](const Tensor& x, const Tensor& t, CrossEntropyOptions o = {}) { return cross_entropy(x, t, o, no_line); };
  CHECK_THROWS_WITH_AS(loss(logits, classes({0, 3})), "cross_entropy: target 3 of example 1 is outside 0..2", IndexError);
  CHECK_THROWS_WITH_AS(loss(logits, classes({-1, 0})), "cross_entropy: target -1 of example 0 is outside 0..2", IndexError);
  CHECK_THROWS_WITH_AS(loss(logits, classes({0})), "cross_entropy: logits [2, 3] require targets of shape [2], not [1]",
                       ShapeError);
  CHECK_THROWS_WITH_AS(loss(logits, zeros({2})), "cross_entropy: targets must be i64, not f32", DtypeError);
  CHECK_THROWS_WITH_AS(loss(zeros({2, 3}, DType::i64), classes({0, 0})), "cross_entropy: logits must be f32 or f64, not i64",
                       DtypeError);
  CHECK_THROWS_WITH_AS(loss(zeros({}), classes({0})), "cross_entropy: logits must have shape [..., classes], not []", ShapeError);
  CrossEntropyOptions smooth, weighted, typed;
  smooth.label_smoothing = 2;
  weighted.class_weights = zeros({2});
  typed.class_weights = zeros({3}, DType::f64);
  CHECK_THROWS_WITH_AS(loss(logits, classes({0, 0}), smooth), "cross_entropy: label smoothing is 2, outside 0..1", ValueError);
  CHECK_THROWS_WITH_AS(loss(logits, classes({0, 0}), weighted), "cross_entropy: class weights must have shape [3], not [2]",
                       ShapeError);
  CHECK_THROWS_WITH_AS(loss(logits, classes({0, 0}), typed), "cross_entropy: class weights are f64, but logits are f32",
                       DtypeError);
}
