#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/example_draws.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/error.h>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/tensor/each_isa.h"

using namespace weft;

namespace {

const Generator kLayer{0x1234567890abcdef, 0xfedcba0987654321, 77};

using Fill = std::function<Tensor(const Shape&, Generator&)>;
struct NamedFill {
  std::string name;
  Fill fill;
};

std::vector<NamedFill> every_fill() {
  auto of = [](auto function) { return Fill(function); };
  return {{"bernoulli", of([](const Shape& s, Generator& g) { return bernoulli(s, 0.3, DType::boolean, g); })},
          {"uniform f32", of([](const Shape& s, Generator& g) { return uniform(s, -1, 2, DType::f32, g); })},
          {"uniform f64", of([](const Shape& s, Generator& g) { return uniform(s, -1, 2, DType::f64, g); })},
          {"normal f32", of([](const Shape& s, Generator& g) { return normal(s, 1, 2, DType::f32, g); })},
          {"normal f64", of([](const Shape& s, Generator& g) { return normal(s, 1, 2, DType::f64, g); })},
          {"randint", of([](const Shape& s, Generator& g) { return randint(-5, 1000, s, g); })}};
}

// What is drawn for `examples` examples from number `first` on, in the given call of the layer.
Tensor drawn(const Fill& fill, Shape shape, std::int64_t first, std::int64_t examples, std::uint64_t update = 9, int call = 0,
             Generator layer = kLayer) {
  shape[0] = examples;
  const ExampleDraws draws(update, first, examples);
  Tensor result;
  for (int i = 0; i <= call; ++i) result = fill(shape, layer);
  CHECK_FALSE(draws.depend_on_cut());
  return result;
}

Tensor mask(std::int64_t first, std::uint64_t update = 9, int call = 0, Generator layer = kLayer) {
  return cast(select(drawn(every_fill()[0].fill, {1, 200, 100}, first, 3, update, call, layer), 0, 0), DType::f64);
}

// Returns whether two masks of ones with probability 0.3 are as different as independent ones: the correlation of n pairs has the
// standard deviation 1 / sqrt(n).
bool are_independent(const Tensor& a, const Tensor& b) {
  double covariance = 0;
  const auto x = a.span<double>(), y = b.span<double>();
  for (std::size_t i = 0; i < x.size(); ++i) covariance += (x[i] - 0.3) * (y[i] - 0.3);
  return std::abs(covariance / (0.3 * 0.7)) < 4.5 * std::sqrt(static_cast<double>(x.size()));
}

bool has_rate(const Tensor& a) {
  double ones = 0;
  for (double value : a.span<double>()) ones += value;
  const auto n = static_cast<double>(a.numel());
  return std::abs(ones - 0.3 * n) < 4.5 * std::sqrt(0.3 * 0.7 * n);
}

Tensor cut(const Tensor& all, std::int64_t first, std::int64_t count) { return contiguous(slice(all, 0, first, first + count)); }

}  // namespace

TEST_CASE("draws by example: an example has the same numbers in every batch, on any number of threads and instruction set") {
  const Shape shapes[] = {{8},          {8, 13},      {8, 1},        {8, 1030},    {8, 5, 7},       {8, 1, 12},
                          {8, 3, 1025}, {8, 6, 4096}, {8, 2, 3, 5},  {8, 3, 1, 6}, {8, 2, 3, 2, 5}, {8, 0, 3},
                          {8, 40, 128}, {8, 3, 1024}, {8, 300, 1, 1}};
  for (const NamedFill& each : every_fill()) {
    CAPTURE(each.name);
    for (const Shape& shape : shapes) {
      CAPTURE(shape);
      const Tensor best = drawn(each.fill, shape, 5, 8);
      on_each_isa([&] {
        const Tensor all = drawn(each.fill, shape, 5, 8);
        // Box and Muller's method uses log and cos, which differ in their last bits.
        if (!each.name.starts_with("normal")) CHECK(equal_bits(all, best));
        for (int threads : {1, 2}) {
          set_threads(threads);
          for (const auto& [first, count] : {std::pair{0, 8}, {0, 1}, {3, 1}, {2, 5}, {7, 1}})
            CHECK(equal_bits(drawn(each.fill, shape, 5 + first, count), cut(all, first, count)));
        }
        set_threads(1);
      });
    }
  }
}

TEST_CASE("draws by example: a longer padding in the last two axes changes no number of what stood there before") {
  for (const NamedFill& each : every_fill()) {
    CAPTURE(each.name);
    auto prefix_of = [](Tensor longer, const Shape& shape) {
      for (int axis = 0; axis < shape.dims(); ++axis) longer = slice(longer, axis, 0, shape[axis]);
      return contiguous(longer);
    };
    const std::pair<Shape, Shape> pairs[] = {
        {{4, 7}, {4, 19}},      {{4, 7, 3}, {4, 12, 3}},      {{4, 5, 6}, {4, 9, 1027}},    {{4, 2, 5, 6}, {4, 2, 8, 9}},
        {{4, 1, 6}, {4, 9, 8}}, {{4, 3, 1, 1}, {4, 3, 5, 7}}, {{4, 5, 1028}, {4, 6, 1031}}, {{4, 3, 1024}, {4, 3, 1025}}};
    for (const auto& [shape, longer] : pairs)
      CHECK(equal_bits(prefix_of(drawn(each.fill, longer, 3, 4), shape), drawn(each.fill, shape, 3, 4)));
    CHECK(equal_bits(reshape(drawn(each.fill, {4, 1, 9}, 3, 4), {4, 9}), drawn(each.fill, {4, 9}, 3, 4)));
  }
}

// The definition in plain numbers, see random_words.h.
TEST_CASE("draws by example: each number is a function of the generator, the update, the call, the example and its indices") {
  auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const std::uint64_t update = (std::uint64_t{3} << 40) + 11;
  const std::uint32_t call = 2;
  const std::int64_t first = (std::int64_t{1} << 32) - 6;
  const Tensor found = drawn(every_fill()[1].fill, {4, 2, 3, 10}, first, 4, update, call);
  const auto id = philox({77, 2U << 30, low(kLayer.stream), high(kLayer.stream)}, {low(kLayer.seed), high(kLayer.seed)});
  const auto key = philox({low(update), high(update), call, id[2]}, {id[0], id[1]});
  for (std::int64_t e = 0; e < 4; ++e)
    for (std::int64_t i = 0; i < 2; ++i)
      for (std::int64_t row = 0; row < 3; ++row)
        for (std::int64_t column = 0; column < 10; ++column) {
          const auto at = [](std::int64_t index) { return static_cast<std::uint32_t>(index); };
          const auto words = philox({at(column / 4), at(row), key[2] + at(first + e), key[3] + at(i)}, {key[0], key[1]});
          const float unit = static_cast<float>(words[static_cast<std::size_t>(column % 4)] >> 8) * 0x1p-24f;
          CHECK(found.at({e, i, row, column}) == -1.0f + 3.0f * unit);
        }
}

TEST_CASE("draws by example: examples, updates, calls and layers have independent numbers") {
  const Generator other_seed{kLayer.seed + 1, kLayer.stream, kLayer.counter},
      later{kLayer.seed, kLayer.stream, kLayer.counter + 1}, other_layer{kLayer.seed, kLayer.stream + 1, kLayer.counter};
  const std::vector<Tensor> masks{mask(0),
                                  mask(1),
                                  mask(2),
                                  mask(1000),
                                  mask(0, 10),
                                  mask(1, 10),
                                  mask(0, 9 + (std::uint64_t{1} << 32)),
                                  mask(0, 9, 1),
                                  mask(0, 9, 2),
                                  mask(1, 9, 1),
                                  mask(0, 10, 1),
                                  mask(0, 9, 0, other_seed),
                                  mask(0, 9, 0, later),
                                  mask(0, 9, 0, other_layer)};
  for (std::size_t i = 0; i < masks.size(); ++i) {
    CAPTURE(i);
    CHECK(has_rate(masks[i]));
    for (std::size_t j = 0; j < i; ++j) CHECK(are_independent(masks[i], masks[j]));
  }
  // Rows and columns of one example are independent too.
  auto half = [](int axis, std::int64_t from) { return contiguous(slice(mask(0), axis, from, from + 50)); };
  CHECK(are_independent(half(0, 0), half(0, 50)));
  CHECK(are_independent(half(1, 0), half(1, 50)));
  // The check finds numbers that ignore the update or the example: these are of the same update and example.
  CHECK_FALSE(are_independent(mask(0, 9), mask(0, 9)));
  CHECK_FALSE(are_independent(mask(1, 9), mask(1, 9)));
}

TEST_CASE("draws by example: generators stay where they are, and other layers' calls are not counted") {
  Generator layer = kLayer, other{1, 2, 3};
  const Tensor first = drawn(every_fill()[0].fill, {2, 50}, 0, 2), second = drawn(every_fill()[0].fill, {2, 50}, 0, 2, 9, 1);
  const ExampleDraws draws(9, 0, 2);
  bernoulli({2, 8}, 0.3, DType::boolean, other);
  CHECK(equal_bits(bernoulli({2, 50}, 0.3, DType::boolean, layer), first));
  for (int i = 0; i < 3; ++i) normal({2, 8}, 0, 1, DType::f32, other);
  CHECK(equal_bits(bernoulli({2, 50}, 0.3, DType::boolean, layer), second));
  CHECK(layer == kLayer);
  CHECK(other == Generator{1, 2, 3});
}

TEST_CASE("draws by example: single numbers and what UpdateDraws covers are the same for all examples of an update") {
  auto numbers = [](std::uint64_t update, std::int64_t first, std::int64_t examples) {
    Generator layer = kLayer;
    const ExampleDraws draws(update, first, examples);
    std::vector<double> all{layer.uniform(), layer.uniform(), static_cast<double>(layer.below(1000))};
    all.push_back(uniform({}, 0, 1, DType::f64, layer).item());
    const UpdateDraws whole;
    const Tensor weights = uniform({6, 5}, 0, 1, DType::f64, layer);  // of as many rows as there are examples, or not
    all.insert(all.end(), weights.span<double>().begin(), weights.span<double>().end());
    CHECK_FALSE(draws.depend_on_cut());
    return all;
  };
  CHECK(numbers(4, 0, 6) == numbers(4, 3, 2));
  CHECK(numbers(4, 0, 6) != numbers(5, 0, 6));
  CHECK(numbers(4, 0, 6)[0] != numbers(4, 0, 6)[1]);
}

TEST_CASE("draws by example: other draws are those of the batch, which can be asked") {
  auto differ = [](const Fill& draw) {
    auto at = [&](std::int64_t first) {
      Generator layer = kLayer;
      const ExampleDraws draws(4, first, 3);
      const Tensor result = draw({}, layer);
      CHECK(draws.depend_on_cut());
      return result;
    };
    CHECK(equal_bits(at(0), at(0)));
    return !equal_bits(at(0), at(3));
  };
  CHECK(differ([](const Shape&, Generator& layer) { return uniform({12, 5}, 0, 1, DType::f32, layer); }));
  CHECK(differ([](const Shape&, Generator& layer) { return permutation(40, layer); }));
  CHECK(differ([](const Shape&, Generator&) { return uniform({}, 0, 1, DType::f64); }));
  CHECK(differ([](const Shape&, Generator&) { return uniform({5}, 0, 1, DType::f64); }));
  // Of the thread's generator too, a tensor with a row for each example is drawn by example.
  auto noise = [](std::int64_t first, std::int64_t examples) {
    const ExampleDraws draws(4, first, examples);
    const Tensor result = uniform({examples, 5});
    CHECK(draws.depend_on_cut());  // it may have as many rows by chance
    return result;
  };
  const Tensor all = noise(0, 6);
  uniform({3});  // between updates, some ranks may draw and others not
  CHECK(equal_bits(noise(3, 2), cut(all, 3, 2)));
}

TEST_CASE("draws by example: scopes nest, and after them generators move on as before") {
  Generator layer = kLayer, twin = kLayer;
  const Tensor outer = drawn(every_fill()[0].fill, {2, 50}, 0, 2), inner = drawn(every_fill()[0].fill, {4, 50}, 7, 4, 3);
  {
    const ExampleDraws draws(9, 0, 2);
    {
      const ExampleDraws others(3, 7, 4);
      CHECK(equal_bits(bernoulli({4, 50}, 0.3, DType::boolean, layer), inner));
    }
    CHECK(equal_bits(bernoulli({2, 50}, 0.3, DType::boolean, layer), outer));
  }
  const UpdateDraws nothing;
  CHECK(equal_bits(uniform({2, 5}, 0, 1, DType::f32, layer), uniform({2, 5}, 0, 1, DType::f32, twin)));
  CHECK(layer.counter == kLayer.counter + 10);
}

TEST_CASE("draws by example: numbers of examples below 0 and above 2^32 are refused") {
  CHECK_THROWS_WITH_AS(ExampleDraws(0, -1, 3, {"a.cpp", 1}),
                       "draws by example: 3 examples from number -1 on are not in 0 .. 2^32, at a.cpp:1", ValueError);
  CHECK_THROWS_AS(ExampleDraws(0, 0, -3), ValueError);
  CHECK_THROWS_AS(ExampleDraws(0, std::numeric_limits<std::int64_t>::max(), 3), ValueError);
  CHECK_THROWS_AS(ExampleDraws(0, std::int64_t{1} << 32, 1), ValueError);
}
