// Random choices that depend only on the seed and are the same with every machine, compiler and standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace weft::text {

// Returns 64 well-mixed bits of (seed, counter). Two rounds of the finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, 2014) make the results of neighbouring seeds and counters unrelated.
constexpr std::uint64_t hash(std::uint64_t seed, std::uint64_t counter) {
  constexpr auto mix = [](std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  };
  constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15U;
  return mix(mix(seed + kGoldenRatio) + (counter + 1) * kGoldenRatio);
}

// A stream of random numbers: hash(seed, 0), hash(seed, 1), ...
class CounterRandom {
 public:
  explicit CounterRandom(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t next() { return hash(seed_, counter_++); }

  // Returns a number from 0 to bound - 1, each equally likely; `bound` > 0.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t rejected = (0 - bound) % bound;  // 2^64 mod bound values would be drawn once too often
    std::uint64_t value = next();
    while (value < rejected) value = next();
    return value % bound;
  }

  // Returns true with the given probability.
  bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }

  template <class Items>
  const auto& pick(const Items& items) {
    return items[static_cast<std::size_t>(below(std::size(items)))];
  }

 private:
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

// Shuffles with Fisher-Yates: every order is equally likely.
template <class T>
void shuffle(std::vector<T>& items, CounterRandom& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[static_cast<std::size_t>(random.below(i))]);
}

}  // namespace weft::text
