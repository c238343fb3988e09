#include <weft/tensor/arithmetic/detail/random_words.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {

using kernels::PhiloxKernel;

constexpr std::int64_t kMost = RandomWords::kMost;

// These return a number in [0, 1) with 24 or 53 random bits.
float unit(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }
double unit(std::uint32_t high, std::uint32_t low) {
  return static_cast<double>(((std::uint64_t{high} << 32) | low) >> 11) * 0x1p-53;
}

void draw_unit(RandomWords& words, std::uint64_t first, std::int64_t count, float* to) {
  const std::uint32_t* word = words.draw(first, count, 0);
  for (std::int64_t i = 0; i < count; ++i) to[i] = unit(word[i]);
}
void draw_unit(RandomWords& words, std::uint64_t first, std::int64_t count, double* to) {
  const std::uint32_t *high = words.draw(first, count, 0), *low = words.draw(first, count, 1);
  for (std::int64_t i = 0; i < count; ++i) to[i] = unit(high[i], low[i]);
}

// Positions 2k and 2k + 1 share one pair: the even one takes its first number, the odd one its second.
template <class T>
void draw_normal(RandomWords& words, std::uint64_t first, std::int64_t count, double mean, double stddev, T* to) {
  T pairs[kMost + 2], u[kMost / 2 + 1], v[kMost / 2 + 1];
  const auto skip = static_cast<std::int64_t>(first % 2);
  const std::int64_t half = (skip + count + 1) / 2;
  if (2 * half > kMost) {  // an odd start needs one element more than a part has
    draw_normal(words, first, count - 2, mean, stddev, to);
    return draw_normal(words, first + static_cast<std::uint64_t>(count - 2), 2, mean, stddev, to + count - 2);
  }
  draw_unit(words, first - first % 2, 2 * half, pairs);
  for (std::int64_t i = 0; i < half; ++i) u[i] = 1 - pairs[2 * i], v[i] = pairs[2 * i + 1];
  best<PhiloxKernel>([&](auto kernel) { kernel.normal(u, v, half, mean, stddev); });
  for (std::int64_t i = 0; i < count; ++i) {
    const T* side = (skip + i) % 2 ? v : u;
    to[i] = side[(skip + i) / 2];
  }
}

// Positions that are counted by row are drawn in pairs too, so that rows of an odd number get one more, to be dropped.
Shape with_even_rows(Shape shape) {
  if (shape.dims() == 1) shape.push_back(1);
  ++shape[shape.dims() - 1];
  return shape;
}
Tensor without_last(const Tensor& drawn, const Shape& shape) {
  const std::int64_t columns = drawn.shape().back() - 1;
  return reshape(contiguous(slice(drawn, -1, 0, columns)), shape);
}

// Returns word / 2^64 of `range`, a number in 0 .. range-1.
std::uint64_t bounded(std::uint64_t word, std::uint64_t range) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(word) * range >> 64);
}
void check_finite(const char* op, DType dtype, std::initializer_list<double> numbers, Where caller) {
  const double largest =
      dtype == DType::f32 ? static_cast<double>(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
  for (double number : numbers)
    check<ValueError>(std::abs(number) <= largest, caller, op, ": the argument ", number, " is not finite in ", dtype);
}

std::uint64_t join(std::uint32_t high, std::uint32_t low) { return (std::uint64_t{high} << 32) | low; }

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t left = std::uint64_t{0xD2511F53} * c[0], right = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(right >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(right),
         static_cast<std::uint32_t>(left >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(left)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

Generator Generator::advance(std::int64_t count) {
  return DrawScope::draw(*this, DrawRequest{static_cast<std::uint64_t>(count)}).from;
}

std::uint64_t Generator::next() {
  const Generator from = advance(1);
  const std::uint64_t position = from.counter, block = position / 4;
  // Computes a single word of each plane. The kernel computes many blocks at once and would cost ten times as much.
  const auto word = [&](std::uint32_t plane) {
    const auto half = [](std::uint64_t x, int shift) { return static_cast<std::uint32_t>(x >> shift); };
    return philox({half(block, 0), half(block, 32) + (plane << 30), half(from.stream, 0), half(from.stream, 32)},
                  {half(from.seed, 0), half(from.seed, 32)})[position % 4];
  };
  return join(word(0), word(1));
}

std::int64_t Generator::below(std::int64_t bound) {
  require<ValueError>(bound >= 1, "random: a bound must be at least 1, not ", bound);
  return static_cast<std::int64_t>(bounded(next(), static_cast<std::uint64_t>(bound)));
}

double Generator::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

Generator& default_generator() {
  thread_local Generator generator;
  return generator;
}

void manual_seed(std::uint64_t seed) { default_generator() = {seed, 0, 0}; }

Tensor uniform(const Shape& shape, double low, double high, DType dtype, Generator& generator, Where caller) {
  OpScope profile("uniform", caller);
  check<ValueError>(low <= high, caller, "uniform: low ", low, " is above high ", high);
  check_finite("uniform", dtype, {low, high}, caller);
  return visit_floating("uniform", dtype, caller, [&](auto type) {
    using T = decltype(type);
    Tensor result(shape, dtype, caller);
    T* to = result.output<T>();
    const T start = static_cast<T>(low), end = static_cast<T>(high), width = static_cast<T>(high - low);
    const bool wide = std::isinf(width);
    draw_parts(DrawScope::draw(generator, shape), shape, [&](RandomWords& words, const RandomWords::Part& part) {
      draw_unit(words, part.first, part.count, to + part.begin);
      for (std::int64_t i = part.begin; i < part.begin + part.count; ++i)
        to[i] = wide ? start * (1 - to[i]) + end * to[i] : start + width * to[i];
    });
    return result;
  });
}

Tensor normal(const Shape& shape, double mean, double stddev, DType dtype, Generator& generator, Where caller) {
  OpScope profile("normal", caller);
  check<ValueError>(stddev >= 0, caller, "normal: stddev is ", stddev, ", not at least 0");
  check_finite("normal", dtype, {mean, stddev}, caller);
  return visit_floating("normal", dtype, caller, [&](auto type) {
    using T = decltype(type);
    Tensor result(shape, dtype, caller);
    const Draw draw = DrawScope::draw(generator, shape);
    const bool odd = draw.first_example >= 0 && shape.numel() > 0 && (shape.dims() == 1 || shape.back() % 2 == 1);
    if (odd) result = Tensor(with_even_rows(shape), dtype, caller);
    T* to = result.output<T>();
    draw_parts(draw, result.shape(), [&](RandomWords& words, const RandomWords::Part& part) {
      draw_normal(words, part.first, part.count, mean, stddev, to + part.begin);
    });
    return odd ? without_last(result, shape) : result;
  });
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator, Where caller) {
  OpScope profile("randint", caller);
  check<ValueError>(low < high, caller, "randint: no number in ", low, "..", high, " (high is excluded)");
  Tensor result(shape, DType::i64, caller);
  auto* to = result.output<std::int64_t>();
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  draw_parts(DrawScope::draw(generator, shape), shape, [&](RandomWords& words, const RandomWords::Part& part) {
    const std::uint32_t *upper = words.draw(part.first, part.count, 0), *lower = words.draw(part.first, part.count, 1);
    for (std::int64_t i = 0; i < part.count; ++i)
      to[part.begin + i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + bounded(join(upper[i], lower[i]), range));
  });
  return result;
}

Tensor permutation(std::int64_t n, Generator& generator, Where caller) {
  OpScope profile("permutation", caller);
  check<ValueError>(n >= 0, caller, "permutation: n is negative: ", n);
  Tensor result = arange(n, DType::i64, caller);
  auto* order = result.output<std::int64_t>();
  RandomWords words({generator.advance(n)}, {n});
  for (std::int64_t i = 0; i < words.parts(); ++i) {
    const RandomWords::Part part = words.part(i);
    const std::uint32_t *upper = words.draw(part.first, part.count, 0), *lower = words.draw(part.first, part.count, 1);
    for (std::int64_t j = 0, at = part.begin; j < part.count; ++j, ++at)
      std::swap(order[at], order[bounded(join(upper[j], lower[j]), static_cast<std::uint64_t>(at + 1))]);
  }
  return result;
}

Tensor bernoulli(const Shape& shape, double probability, DType dtype, Generator& generator, Where caller) {
  OpScope profile("bernoulli", caller);
  check<ValueError>(probability >= 0 && probability <= 1, caller, "bernoulli: probability is ", probability, ", not in 0..1");
  Tensor result(shape, dtype, caller);
  const auto bound = static_cast<std::uint64_t>(std::llround(std::ldexp(probability, 32)));
  const Draw draw = DrawScope::draw(generator, shape);
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    draw_parts(draw, shape, [&](RandomWords& words, const RandomWords::Part& part) {
      const std::uint32_t* word = words.draw(part.first, part.count, 0);
      for (std::int64_t i = 0; i < part.count; ++i) to[part.begin + i] = static_cast<T>(word[i] < bound);
    });
  });
  return result;
}

}  // namespace weft
