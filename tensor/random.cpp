#include <weft/tensor/parallel.h>
#include <weft/tensor/random.h>

#include <cmath>
#include <utility>

namespace weft {

namespace {

// 64 random bits, and 64 more for draws that need them, of element `index` in a stream.
struct Bits {
  std::uint64_t first, second;
};
Bits bits_at(const Generator& g, std::uint64_t index) {
  auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  auto r = philox({low(index), high(index), low(g.stream), high(g.stream)}, {low(g.seed), high(g.seed)});
  auto join = [](std::uint32_t a, std::uint32_t b) { return static_cast<std::uint64_t>(a) << 32 | b; };
  return {join(r[1], r[0]), join(r[3], r[2])};
}

// In [0, 1), with as many bits as a double holds.
double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

__extension__ typedef unsigned __int128 Wide;

// In 0 .. bound-1, by the high half of a 128-bit product: the bias is below bound / 2^64.
std::int64_t scale(std::uint64_t bits, std::int64_t bound) {
  return static_cast<std::int64_t>(static_cast<Wide>(bits) * static_cast<std::uint64_t>(bound) >> 64);
}

template <class Draw>
Tensor draw(const Shape& shape, DType dtype, Generator& generator, Draw draw_one) {
  Tensor result(shape, dtype);
  std::int64_t count = result.numel();
  visit(dtype, [&](auto type) {
    using T = decltype(type);
    T* to = result.output<T>();
    parallel_for(count, 4096, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i)
        to[i] = static_cast<T>(draw_one(bits_at(generator, generator.counter + static_cast<std::uint64_t>(i))));
    });
  });
  generator.counter += static_cast<std::uint64_t>(count);
  return result;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    std::uint64_t p = std::uint64_t{0xD2511F53} * c[0], q = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(q >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(q),
         static_cast<std::uint32_t>(p >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(p)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

std::uint64_t Generator::next() { return bits_at(*this, counter++).first; }

std::int64_t Generator::below(std::int64_t bound) {
  require<ValueError>(bound >= 1, "random: a bound must be at least 1, not ", bound);
  return scale(next(), bound);
}

double Generator::uniform() { return unit(next()); }

Generator& default_generator() {
  thread_local Generator generator;
  return generator;
}

void manual_seed(std::uint64_t seed) { default_generator() = {seed, 0, 0}; }

Tensor uniform(const Shape& shape, double low, double high, DType dtype, Generator& generator) {
  return draw(shape, dtype, generator, [=](Bits bits) { return low + (high - low) * unit(bits.first); });
}

Tensor normal(const Shape& shape, double mean, double deviation, DType dtype, Generator& generator) {
  return draw(shape, dtype, generator, [=](Bits bits) {  // Box & Muller 1958
    double radius = std::sqrt(-2 * std::log(1 - unit(bits.first)));
    return mean + deviation * radius * std::cos(6.283185307179586 * unit(bits.second));
  });
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator, Where where) {
  check<ValueError>(low < high, where, "randint: nothing lies in ", low, " .. ", high);
  return draw(shape, DType::i64, generator, [=](Bits bits) { return low + scale(bits.first, high - low); });
}

Tensor permutation(std::int64_t n, Generator& generator) {
  require<ValueError>(n >= 0, "permutation: of ", n, " numbers");
  Tensor result({n}, DType::i64);
  auto* order = result.output<std::int64_t>();
  for (std::int64_t i = 0; i < n; ++i) order[i] = i;
  for (std::int64_t i = n - 1; i > 0; --i) std::swap(order[i], order[generator.below(i + 1)]);
  return result;
}

Tensor bernoulli(const Shape& shape, double p, DType dtype, Generator& generator, Where where) {
  check<ValueError>(p >= 0 && p <= 1, where, "bernoulli: p is ", p, ", outside 0 .. 1");
  return draw(shape, dtype, generator, [=](Bits bits) { return unit(bits.first) < p ? 1 : 0; });
}

}  // namespace weft
