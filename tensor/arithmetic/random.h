// Random tensors.
//
// Numbers come from Philox4x32-10, which is a function of (seed, stream, position): the element drawn at position p never depends
// on threads or on what else was drawn, so a run that is resumed from a saved generator goes on with the same numbers.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <array>

namespace weft {

// Four 32-bit numbers from a counter and a key: the plain definition of what the kernels compute. Salmon, Moraes, Dror, Shaw
// 2011: Parallel random numbers: as easy as 1, 2, 3.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// Where a sequence of random numbers stands: three numbers, to save and to set. Copies go on with the same numbers. Sequences of
// different seeds or streams are independent. Use from one thread at a time.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t counter = 0;  // elements drawn so far; below 2^60

  // The next element: 64 random bits; a number in 0 .. bound-1, each with equal chance (throws ValueError below 1); a number in
  // [0, 1).
  std::uint64_t next();
  std::int64_t below(std::int64_t bound);
  double uniform();

  // Where the next `count` elements are, as a generator that stands before them; this one moves behind them. All draws come
  // through here: while checkpoint() computes again, it is where the first computation drew, and this one stays.
  Generator advance(std::int64_t count);

  bool operator==(const Generator&) const = default;
};

// The calling thread's generator; at first of seed 0.
Generator& default_generator();

// Starts the calling thread's generator anew.
void manual_seed(std::uint64_t seed);

// Evenly spread over low .. high; low may come out, high only by rounding. f32 has 24 random bits, f64 53. Throws DtypeError
// unless floating, ValueError unless low <= high and both are finite.
Tensor uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::f32,
               Generator& generator = default_generator(), Where where = Where::here());

// Normally distributed. Throws DtypeError unless floating, ValueError for a negative stddev or one that is not finite.
Tensor normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = DType::f32,
              Generator& generator = default_generator(), Where where = Where::here());

// Whole numbers low .. high-1, i64. Throws ValueError unless low < high.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator = default_generator(),
               Where where = Where::here());

// 0 .. n-1 in random order, i64. Throws ValueError for a negative n.
Tensor permutation(std::int64_t n, Generator& generator = default_generator(), Where where = Where::here());

// 1 with `probability`, else 0, of any dtype: bool gives a mask. Throws ValueError for a probability outside 0..1.
Tensor bernoulli(const Shape& shape, double probability, DType dtype = DType::f32, Generator& generator = default_generator(),
                 Where where = Where::here());

}  // namespace weft
