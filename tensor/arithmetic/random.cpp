#include <weft/tensor/arithmetic/detail/random_draws.h>
#include <weft/tensor/arithmetic/random.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/kernels/philox.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {

using kernels::PhiloxKernel;

constexpr std::int64_t kChunk = 1024;  // elements drawn at once
constexpr std::int64_t kGrain = 16 * kChunk;

// The random words of a generator's sequence. Position p has one word in each of two planes: word p % 4 of the plane's block p /
// 4.
class Words {
 public:
  explicit Words(const Generator& generator) : seed_(generator.seed), stream_(generator.stream) {}

  // Returns the words of positions first .. first + count - 1, where count <= kChunk.
  const std::uint32_t* draw(std::uint64_t first, std::int64_t count, std::uint32_t plane) {
    const auto skip = static_cast<std::int64_t>(first % 4);
    std::uint32_t* to = words_[plane];
    best<PhiloxKernel>([&](auto kernel) { kernel.words({seed_, stream_, plane}, first / 4, (skip + count + 3) / 4, to); });
    return to + skip;
  }

 private:
  std::uint64_t seed_, stream_;
  std::uint32_t words_[2][kChunk + 8];
};

// These return a number in [0, 1) with 24 or 53 random bits.
float unit(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }
double unit(std::uint32_t high, std::uint32_t low) {
  return static_cast<double>(((std::uint64_t{high} << 32) | low) >> 11) * 0x1p-53;
}

void draw_unit(Words& words, std::uint64_t first, std::int64_t count, float* to) {
  const std::uint32_t* word = words.draw(first, count, 0);
  for (std::int64_t i = 0; i < count; ++i) to[i] = unit(word[i]);
}
void draw_unit(Words& words, std::uint64_t first, std::int64_t count, double* to) {
  const std::uint32_t *high = words.draw(first, count, 0), *low = words.draw(first, count, 1);
  for (std::int64_t i = 0; i < count; ++i) to[i] = unit(high[i], low[i]);
}

// Calls draw(words, begin, count) on pieces of 0 .. count-1, split over threads.
template <class Draw>
void in_chunks(const Generator& generator, std::int64_t count, Draw draw) {
  parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    Words words(generator);
    for (; begin < end; begin += kChunk) draw(words, begin, std::min(kChunk, end - begin));
  });
}

// Positions 2k and 2k + 1 share one pair: the even one takes its first number, the odd one its second.
template <class T>
void draw_normal(Words& words, std::uint64_t first, std::int64_t count, double mean, double stddev, T* to) {
  T pairs[kChunk + 2], u[kChunk / 2 + 1], v[kChunk / 2 + 1];
  const auto skip = static_cast<std::int64_t>(first % 2);
  const std::int64_t half = (skip + count + 1) / 2;
  if (2 * half > kChunk) {  // an odd start needs one element more than a chunk holds
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

Generator Generator::advance(std::int64_t count) { return DrawScope::draw(*this, static_cast<std::uint64_t>(count)); }

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
    const Generator from = generator.advance(result.numel());
    in_chunks(from, result.numel(), [&](Words& words, std::int64_t begin, std::int64_t count) {
      draw_unit(words, from.counter + static_cast<std::uint64_t>(begin), count, to + begin);
      for (std::int64_t i = begin; i < begin + count; ++i)
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
    T* to = result.output<T>();
    const Generator from = generator.advance(result.numel());
    in_chunks(from, result.numel(), [&](Words& words, std::int64_t begin, std::int64_t count) {
      draw_normal(words, from.counter + static_cast<std::uint64_t>(begin), count, mean, stddev, to + begin);
    });
    return result;
  });
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator, Where caller) {
  OpScope profile("randint", caller);
  check<ValueError>(low < high, caller, "randint: no number in ", low, "..", high, " (high is excluded)");
  Tensor result(shape, DType::i64, caller);
  auto* to = result.output<std::int64_t>();
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const Generator from = generator.advance(result.numel());
  in_chunks(from, result.numel(), [&](Words& words, std::int64_t begin, std::int64_t count) {
    const std::uint64_t position = from.counter + static_cast<std::uint64_t>(begin);
    const std::uint32_t *upper = words.draw(position, count, 0), *lower = words.draw(position, count, 1);
    for (std::int64_t i = 0; i < count; ++i)
      to[begin + i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + bounded(join(upper[i], lower[i]), range));
  });
  return result;
}

Tensor permutation(std::int64_t n, Generator& generator, Where caller) {
  OpScope profile("permutation", caller);
  check<ValueError>(n >= 0, caller, "permutation: n is negative: ", n);
  Tensor result = arange(n, DType::i64, caller);
  auto* order = result.output<std::int64_t>();
  const Generator from = generator.advance(n);
  Words words(from);
  for (std::int64_t begin = 0; begin < n; begin += kChunk) {
    const std::int64_t count = std::min(kChunk, n - begin);
    const std::uint64_t position = from.counter + static_cast<std::uint64_t>(begin);
    const std::uint32_t *upper = words.draw(position, count, 0), *lower = words.draw(position, count, 1);
    for (std::int64_t i = 0; i < count; ++i)
      std::swap(order[begin + i], order[bounded(join(upper[i], lower[i]), static_cast<std::uint64_t>(begin + i + 1))]);
  }
  return result;
}

Tensor bernoulli(const Shape& shape, double probability, DType dtype, Generator& generator, Where caller) {
  OpScope profile("bernoulli", caller);
  check<ValueError>(probability >= 0 && probability <= 1, caller, "bernoulli: probability is ", probability, ", not in 0..1");
  Tensor result(shape, dtype, caller);
  const auto bound = static_cast<std::uint64_t>(std::llround(std::ldexp(probability, 32)));
  const Generator from = generator.advance(result.numel());
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    in_chunks(from, result.numel(), [&](Words& words, std::int64_t begin, std::int64_t count) {
      const std::uint32_t* word = words.draw(from.counter + static_cast<std::uint64_t>(begin), count, 0);
      for (std::int64_t i = 0; i < count; ++i) to[begin + i] = static_cast<T>(word[i] < bound);
    });
  });
  return result;
}

}  // namespace weft
