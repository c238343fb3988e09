// Passes over one row of numbers. Only for kernel files.
//
// Position j of a row always goes to the same accumulator and lane, and positions after the row's end count as the identity. So
// the sum of a row depends only on its numbers, and identities (zeros) after its end change no bit.
#pragma once

#include <weft/tensor/runtime/simd.h>

#include <cmath>

namespace weft::kernels {

// Folds the registers (or pairs of them) returned by load(j, count) for j = 0, size, 2 size, ... into four accumulators, and
// those into one. `count` is the register's size except for the last one, where lanes from `count` on must hold the identity.
template <class T, class Set, class Value, class Load, class Fold>
[[gnu::always_inline]] inline Value fold_row(std::int64_t length, Value start, Load load, Fold fold) {
  constexpr std::int64_t size = simd::Vec<T, Set>::size;
  Value folded[4] = {start, start, start, start};
  std::int64_t j = 0;
  for (; j + 4 * size <= length; j += 4 * size) {
    folded[0] = fold(folded[0], load(j, size));
    folded[1] = fold(folded[1], load(j + size, size));
    folded[2] = fold(folded[2], load(j + 2 * size, size));
    folded[3] = fold(folded[3], load(j + 3 * size, size));
  }
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    if (j >= length) break;
    folded[k] = fold(folded[k], length - j < size ? load(j, length - j) : load(j, size));
    j += size;
  }
  return fold(fold(folded[0], folded[1]), fold(folded[2], folded[3]));
}

// Calls step(j, count) for the registers of a row.
template <class T, class Set, class Step>
[[gnu::always_inline]] inline void for_each_register(std::int64_t length, Step step) {
  constexpr std::int64_t size = simd::Vec<T, Set>::size;
  std::int64_t j = 0;
  for (; j + size <= length; j += size) step(j, size);
  if (j < length) step(j, length - j);
}

template <class T, class Set>
[[gnu::always_inline]] inline simd::Vec<T, Set> load_lanes(const T* from, std::int64_t count, T fill) {
  using Vector = simd::Vec<T, Set>;
  return count == Vector::size ? Vector::load(from) : Vector::load_partial(from, count, fill);
}

template <class T, class Set>
[[gnu::always_inline]] inline void store_lanes(T* to, std::int64_t count, simd::Vec<T, Set> value) {
  count == value.size ? value.store(to) : value.store_partial(to, count);
}

// Returns the largest number of the registers that load(j, count) returns, or NaN if one is NaN and no number is above -inf;
// otherwise the exponentials of the differences to it bring out the NaN.
template <class T, class Set, class Load>
[[gnu::always_inline]] inline T largest_of_row(std::int64_t length, Load load) {
  using Vector = simd::Vec<T, Set>;
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  const auto fold = [&](auto larger) { return max(fold_row<T, Set>(length, Vector(lowest), load, larger)); };
  const T largest = fold([](Vector a, Vector b) { return larger_number(a, b); });
  return largest > lowest ? largest : fold([](Vector a, Vector b) { return maximum(a, b); });
}

// Returns the logarithm of total = sum of exp(x - largest), for the row that load(j, count, fill) returns. If the largest number
// makes up nearly all of the total, the others would be rounded away, so they are summed on their own.
template <class T, class Set, class Load>
T log_of_total(std::int64_t length, T largest, T total, Load load) {
  using Vector = simd::Vec<T, Set>;
  if (!(total < T(1) + T(1) / 64)) return std::log(total);
  const Vector shift(largest), zero(0);
  return std::log1p(sum(fold_row<T, Set>(
      length, zero,
      [=](std::int64_t j, std::int64_t count) {
        const Vector x = load(j, count, largest);
        return where(x < shift, exp(x - shift), zero);
      },
      [](Vector a, Vector b) { return a + b; })));
}

// Short names for the instruction set of the kernel file.
namespace {

using Size = std::int64_t;
template <class T>
using Vector = simd::Vec<T, Here>;

template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* from, Size count, T fill = T(0)) {
  return load_lanes<T, Here>(from, count, fill);
}
template <class T>
Vector<T> add(Vector<T> a, Vector<T> b) {
  return a + b;
}

}  // namespace

}  // namespace weft::kernels
