// Compiled once per instruction set.
#include <weft/tensor/kernels/layer_norm.h>
#include <weft/tensor/kernels/row.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft::kernels {

namespace {

// Without weights each is 1.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_weight(const T* weight, Size j, Size count) {
  return weight ? load(weight + j, count) : Vector<T>(1);
}

template <class T>
struct Pair {
  Vector<T> first, second;
};

// In rows where squares or sums overflow, the numbers, and with them mean and deviation, are scaled by this factor: then
// differences stay finite and reciprocals of deviations stay normal.
template <class T>
constexpr T kSmall = T(0x1p-4);

template <class T, bool kLarge>
[[gnu::always_inline]] inline Vector<T> load_number(const T* from, Size count, T fill = T(0)) {
  if constexpr (!kLarge) return load(from, count, fill);
  return load(from, count, fill / kSmall<T>) * Vector<T>(kSmall<T>);
}

// The mean of value(x - center) over a row.
template <class T, bool kLarge, class Value>
[[gnu::always_inline]] inline T mean_apart(const T* x, Size size, T center, Value value) {
  return sum(fold_row<T, Here>(
             size, Vector<T>(0),
             [=](Size j, Size n) { return value(load_number<T, kLarge>(x + j, n, center) - Vector<T>(center)); },
             [](Vector<T> p, Vector<T> q) { return p + q; })) /
         static_cast<T>(size);
}

template <class T>
struct RowMoments {
  T mean, rest, inverse;  // the mean is mean + rest
};

// Of large rows: the numbers are scaled by a small power of two before they are added. NaN if one is not finite.
template <class T>
[[gnu::noinline]] RowMoments<T> moments_of_large(const T* x, Size size, T epsilon) {
  constexpr T kScale = sizeof(T) == sizeof(float) ? T(0x1p-76) : T(0x1p-596);
  constexpr T kMost = std::numeric_limits<T>::max() * kSmall<T>;
  const auto scaled = [](Vector<T> apart) { return apart * Vector<T>(kScale); };
  const auto squared = [=](Vector<T> apart) { return scaled(apart) * scaled(apart); };
  const auto mean_of = [=](T center, auto value) { return mean_apart<T, true>(x, size, center, value); };
  T mean = std::clamp(mean_of(T(0), scaled) / kScale, -kMost, kMost);  // it may be rounded up
  mean = std::clamp(mean + mean_of(mean, scaled) / kScale, -kMost, kMost);
  const T rest = mean_of(mean, scaled), variance = mean_of(mean, squared) - rest * rest;
  const T inverse = variance > 0 ? kScale / std::sqrt(variance) : T(1) / (std::sqrt(variance + epsilon) * kSmall<T>);
  return {mean, rest / kScale, inverse};
}

template <class T, bool kLarge>
[[gnu::always_inline]] inline void write_row(const LayerNormForward<T>& a, Size row, T mean, T inverse, T shift) {
  const T* x = a.x + row * a.size;
  T* y = a.y + row * a.size;
  for_each_register<T, Here>(a.size, [=, &a](Size j, Size n) {
    const Vector<T> apart = load_number<T, kLarge>(x + j, n) - Vector<T>(mean);
    const Vector<T> scaled = fma(apart, Vector<T>(inverse), Vector<T>(shift));
    const Vector<T> weighted = a.weight ? scaled * load(a.weight + j, n) : scaled;
    store_lanes<T, Here>(y + j, n, a.bias ? weighted + load(a.bias + j, n) : weighted);
  });
  a.mean[row] = mean;
  a.inverse_deviation[row] = kLarge ? -inverse : inverse;
  a.shift[row] = shift;
}

template <class T>
[[gnu::noinline]] void normalize_large(const LayerNormForward<T>& a, Size row) {
  const RowMoments<T> m = moments_of_large(a.x + row * a.size, a.size, a.epsilon);
  write_row<T, true>(a, row, m.mean, m.inverse, m.rest == 0 ? T(0) : -m.rest * m.inverse);
}

template <class T>
void normalize_row(const LayerNormForward<T>& a, Size row) {
  const T* x = a.x + row * a.size;
  const auto itself = [](Vector<T> apart) { return apart; };
  const auto squared = [](Vector<T> apart) { return apart * apart; };
  const auto mean_of = [=, &a](T center, auto value) { return mean_apart<T, false>(x, a.size, center, value); };
  T mean = mean_of(T(0), itself), variance = mean_of(mean, squared);
  // The rounding error of the mean of numbers far from 0 may exceed their differences; the mean of the differences corrects it.
  T rest = 0;
  if (variance < mean * mean / 16) {
    mean += mean_of(mean, itself);
    rest = mean_of(mean, itself);
    variance = std::max(mean_of(mean, squared) - rest * rest, T(0));
  }
  const T inverse = T(1) / std::sqrt(variance + a.epsilon);
  if (inverse == 0 || !std::isfinite(mean)) return normalize_large(a, row);
  write_row<T, false>(a, row, mean, inverse, rest == 0 ? T(0) : -rest * inverse);
}

// With z = (x - mean) / deviation and h = gradient * weight: dx = (h - mean(h) - z mean(h z)) / deviation.
template <class T, bool kLarge>
void gradient_of_row(const LayerNormBackward<T>& a, Size row) {
  const T *x = a.x + row * a.size, *g = a.gradient + row * a.size;
  const Vector<T> mean(a.mean[row]), inverse(kLarge ? -a.inverse_deviation[row] : a.inverse_deviation[row]), shift(a.shift[row]);
  const T behind = a.mean[row];  // value read after the row's end, whose product with the inverse is not infinite
  const auto normalized = [=](Size j, Size n) { return fma(load_number<T, kLarge>(x + j, n, behind) - mean, inverse, shift); };
  if (a.dweight)
    for_each_register<T, Here>(a.size, [=, &a](Size j, Size n) {
      store_lanes<T, Here>(a.dweight + j, n, load(a.dweight + j, n) + load(g + j, n) * normalized(j, n));
    });
  if (a.dbias)
    for_each_register<T, Here>(
        a.size, [=, &a](Size j, Size n) { store_lanes<T, Here>(a.dbias + j, n, load(a.dbias + j, n) + load(g + j, n)); });
  if (!a.dx) return;

  T* dx = a.dx + row * a.size;
  const Pair<T> sums = fold_row<T, Here>(
      a.size, Pair<T>{Vector<T>(0), Vector<T>(0)},
      [=, &a](Size j, Size n) {
        const Vector<T> h = load(g + j, n) * load_weight(a.weight, j, n);
        return Pair<T>{h, h * normalized(j, n)};
      },
      [](const Pair<T>& p, const Pair<T>& q) {
        return Pair<T>{p.first + q.first, p.second + q.second};
      });
  const T count = static_cast<T>(a.size);
  const Vector<T> level(sum(sums.first) / count), slope(sum(sums.second) / count);
  for_each_register<T, Here>(a.size, [=, &a](Size j, Size n) {
    const Vector<T> h = load(g + j, n) * load_weight(a.weight, j, n), z = normalized(j, n);
    const Vector<T> slopes = (h - level - z * slope) * inverse;
    store_lanes<T, Here>(dx + j, n, kLarge ? slopes * Vector<T>(kSmall<T>) : slopes);
  });
}

template <class T>
void run(const LayerNormForward<T>& arguments) {
  for (Size row = 0; row < arguments.rows; ++row) normalize_row(arguments, row);
}

template <class T>
void run(const LayerNormBackward<T>& arguments) {
  for (T* sums : {arguments.dweight, arguments.dbias})
    if (sums)
      for (Size j = 0; j < arguments.size; ++j) sums[j] = 0;
  for (Size row = 0; row < arguments.rows; ++row)
    arguments.inverse_deviation[row] < 0 ? gradient_of_row<T, true>(arguments, row) : gradient_of_row<T, false>(arguments, row);
}

}  // namespace

template <>
void LayerNormKernel<Here>::forward(const LayerNormForward<float>& arguments) {
  run(arguments);
}
template <>
void LayerNormKernel<Here>::forward(const LayerNormForward<double>& arguments) {
  run(arguments);
}
template <>
void LayerNormKernel<Here>::backward(const LayerNormBackward<float>& arguments) {
  run(arguments);
}
template <>
void LayerNormKernel<Here>::backward(const LayerNormBackward<double>& arguments) {
  run(arguments);
}

}  // namespace weft::kernels
