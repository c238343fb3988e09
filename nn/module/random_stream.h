// RandomStream: the random numbers that a layer draws while it runs.
#pragma once

#include <weft/tensor/arithmetic/random.h>

#include <atomic>

namespace weft::nn {

// A generator that no two layers share. A copy starts at the same position of a stream of its own, which is derived from the
// original's stream and the number of its copies so far. A move takes the stream along and gives the source another one; copy
// assignment keeps the target's stream.
class RandomStream {
 public:
  // Seeded from the default generator.
  RandomStream() : generator_{default_generator().next(), 0, 0} {}
  RandomStream(const RandomStream& other) : generator_(other.split()) {}
  RandomStream(RandomStream&& other) noexcept
      : generator_(std::exchange(other.generator_, other.split())), copies_(other.copies_.load()) {}
  RandomStream& operator=(const RandomStream&) { return *this; }
  RandomStream& operator=(RandomStream&& other) noexcept {
    if (this == &other) return *this;
    generator_ = std::exchange(other.generator_, other.split());
    copies_ = other.copies_.load();
    return *this;
  }

  Generator& generator() { return generator_; }
  const Generator& generator() const { return generator_; }

 private:
  // Returns a generator derived from this one's sequence, from a plane that no draw uses.
  Generator split() const {
    const auto half = [](std::uint64_t x, int shift) { return static_cast<std::uint32_t>(x >> shift); };
    const std::uint64_t copy = copies_.fetch_add(1, std::memory_order_relaxed);
    const auto words = philox({half(copy, 0), half(copy, 32) | 3U << 30, half(generator_.stream, 0), half(generator_.stream, 32)},
                              {half(generator_.seed, 0), half(generator_.seed, 32)});
    return {(std::uint64_t{words[1]} << 32) | words[0], (std::uint64_t{words[3]} << 32) | words[2], generator_.counter};
  }

  Generator generator_;
  mutable std::atomic<std::uint64_t> copies_{0};
};

}  // namespace weft::nn
