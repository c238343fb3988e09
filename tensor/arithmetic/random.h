// Random tensors.
//
// Numbers come from Philox4x32-10, which is a function of (seed, stream, position): the element drawn at position p depends
// neither on threads nor on what else was drawn, so a run that is resumed from a saved generator continues with the same numbers.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <array>

namespace weft {

// Computes four 32-bit numbers from a counter and a key. This is the plain definition of what the kernels compute. Salmon,
// Moraes, Dror, Shaw 2011: Parallel random numbers: as easy as 1, 2, 3.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// The state of a sequence of random numbers: three numbers, to save and to restore. A copy continues with the same numbers.
// Sequences with different seeds or streams are independent. A generator must not be used by two threads at a time.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t counter = 0;  // elements drawn so far; below 2^60

  // Consume one element each: next() returns 64 random bits, below() a number in 0 .. bound-1 with equal probability (it throws
  // ValueError if bound is below 1), and the last one a number in [0, 1).
  std::uint64_t next();
  std::int64_t below(std::int64_t bound);
  double uniform();

  // Returns a generator that stands before the next `count` elements, and moves this one past them. All draws come through here:
  // while checkpoint() recomputes, the result stands where the first computation drew, and this generator does not move.
  Generator advance(std::int64_t count);

  bool operator==(const Generator&) const = default;
};

// Returns the calling thread's generator, whose seed is 0 at first.
Generator& default_generator();

// Restarts the calling thread's generator with a seed.
void manual_seed(std::uint64_t seed);

// Uniformly distributed in [low, high); `high` itself can occur only by rounding. f32 has 24 random bits, f64 53. Throws
// DtypeError unless the dtype is floating, ValueError unless low <= high and both are finite.
Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::f32,
               Generator& generator = default_generator(), Where caller = Where::here());

// Normally distributed. Throws DtypeError unless the dtype is floating, ValueError if stddev is negative or not finite.
Tensor normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = DType::f32,
              Generator& generator = default_generator(), Where caller = Where::here());

// Whole numbers in low .. high-1, i64. Throws ValueError unless low < high.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator = default_generator(),
               Where caller = Where::here());

// The numbers 0 .. n-1 in random order, i64. Throws ValueError if n is negative.
Tensor permutation(std::int64_t n, Generator& generator = default_generator(), Where caller = Where::here());

// 1 with the given probability, otherwise 0, in any dtype: bool gives a mask. Throws ValueError for a probability outside 0..1.
Tensor bernoulli(const Shape& shape, double probability, DType dtype = DType::f32, Generator& generator = default_generator(),
                 Where caller = Where::here());

}  // namespace weft
