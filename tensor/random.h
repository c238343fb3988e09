// Random numbers: counter-based, so that a draw does not depend on threads and can be repeated from three saved numbers.
#pragma once

#include <weft/tensor/tensor.h>

#include <array>

namespace weft {

// Philox 4x32-10 (Salmon et al. 2011): four 32-bit numbers from a counter and a key.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// A stream of random numbers: its whole state is seed, stream and counter. Draws of one seed with different streams are
// independent. Each drawn element takes one step of the counter.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t counter = 0;

  // The next 64 random bits.
  std::uint64_t next();
  // A number in 0 .. bound-1, each with equal chance. Throws ValueError below 1.
  std::int64_t below(std::int64_t bound);
  // A number in [0, 1).
  double uniform();
};

// This thread's generator, for calls that name none; manual_seed starts it anew.
Generator& default_generator();
void manual_seed(std::uint64_t seed);

// Uniform in [low, high).
Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::f32,
               Generator& generator = default_generator());
// Normal with the given mean and standard deviation.
Tensor normal(const Shape& shape, double mean = 0, double deviation = 1, DType dtype = DType::f32,
              Generator& generator = default_generator());
// Integers in [low, high), i64. Throws ValueError unless low < high.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator = default_generator(),
               Where where = Where::here());
// 0 .. n-1 in random order, i64.
Tensor permutation(std::int64_t n, Generator& generator = default_generator());
// 1 with probability p, else 0. Throws ValueError unless 0 <= p <= 1.
Tensor bernoulli(const Shape& shape, double p, DType dtype = DType::f32, Generator& generator = default_generator(),
                 Where where = Where::here());

}  // namespace weft
