// Compiled once per instruction set.
#include <weft/tensor/kernels/layer_norm.h>
#include <weft/tensor/kernels/row.h>

#include <algorithm>
#include <cmath>

namespace weft::kernels {

namespace {

using Size = std::int64_t;
template <class T>
using Vector = simd::Vec<T, Here>;

template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* from, Size count, T fill = T(0)) {
  return load_lanes<T, Here>(from, count, fill);
}
// Without weights each is 1.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_weight(const T* weight, Size j, Size count) {
  return weight ? load(weight + j, count) : Vector<T>(1);
}

template <class T>
struct Pair {
  Vector<T> first, second;
};

// The mean of value(x - center) over a row.
template <class T, class Value>
[[gnu::always_inline]] inline T mean_apart(const T* x, Size size, T center, Value value) {
  return sum(fold_row<T, Here>(
             size, Vector<T>(0), [=](Size j, Size n) { return value(load(x + j, n, center) - Vector<T>(center)); },
             [](Vector<T> p, Vector<T> q) { return p + q; })) /
         static_cast<T>(size);
}

template <class T>
struct RowMoments {
  T mean, rest, inverse;  // the mean is mean + rest
};

// Of rows whose sums or squares overflow: their numbers are added up times a small power of two. NaN where one is not finite.
template <class T>
[[gnu::noinline]] RowMoments<T> moments_of_large(const T* x, Size size, T epsilon) {
  constexpr T kScale = sizeof(T) == sizeof(float) ? T(0x1p-80) : T(0x1p-600);
  const auto scaled = [](Vector<T> apart) { return apart * Vector<T>(kScale); };
  const auto squared = [=](Vector<T> apart) { return scaled(apart) * scaled(apart); };
  T mean = mean_apart(x, size, T(0), scaled) / kScale;
  mean += mean_apart(x, size, mean, scaled) / kScale;
  const T rest = mean_apart(x, size, mean, scaled), variance = mean_apart(x, size, mean, squared) - rest * rest;
  return {mean, rest / kScale, variance > 0 ? kScale / std::sqrt(variance) : T(1) / std::sqrt(variance + epsilon)};
}

template <class T>
void normalize_row(const LayerNormForward<T>& a, Size row) {
  const T* x = a.x + row * a.size;
  T* y = a.y + row * a.size;
  const auto itself = [](Vector<T> apart) { return apart; };
  const auto squared = [](Vector<T> apart) { return apart * apart; };
  T mean = mean_apart(x, a.size, T(0), itself), variance = mean_apart(x, a.size, mean, squared);
  // The mean of numbers far from 0 may be rounded by more than they differ; the mean of what is left corrects it.
  T rest = 0;
  if (variance < mean * mean / 16) {
    mean += mean_apart(x, a.size, mean, itself);
    rest = mean_apart(x, a.size, mean, itself);
    variance = std::max(mean_apart(x, a.size, mean, squared) - rest * rest, T(0));
  }
  T inverse = T(1) / std::sqrt(variance + a.epsilon);
  if (inverse == 0 || !std::isfinite(mean)) {
    const RowMoments<T> large = moments_of_large(x, a.size, a.epsilon);
    mean = large.mean;
    rest = large.rest;
    inverse = large.inverse;
  }
  const T shift = rest == 0 ? T(0) : -rest * inverse;
  for_each_register<T, Here>(a.size, [=, &a](Size j, Size n) {
    const Vector<T> scaled = fma(load(x + j, n) - Vector<T>(mean), Vector<T>(inverse), Vector<T>(shift));
    const Vector<T> weighted = a.weight ? scaled * load(a.weight + j, n) : scaled;
    store_lanes<T, Here>(y + j, n, a.bias ? weighted + load(a.bias + j, n) : weighted);
  });
  a.mean[row] = mean;
  a.inverse_deviation[row] = inverse;
  a.shift[row] = shift;
}

// With z = (x - mean) / deviation and h = gradient * weight: dx = (h - mean(h) - z mean(h z)) / deviation.
template <class T>
void gradient_of_row(const LayerNormBackward<T>& a, Size row) {
  const T *x = a.x + row * a.size, *g = a.gradient + row * a.size;
  const Vector<T> mean(a.mean[row]), inverse(a.inverse_deviation[row]), shift(a.shift[row]);
  const auto normalized = [=](Size j, Size n) { return fma(load(x + j, n) - mean, inverse, shift); };
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
    store_lanes<T, Here>(dx + j, n, (h - level - z * slope) * inverse);
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
  for (Size row = 0; row < arguments.rows; ++row) gradient_of_row(arguments, row);
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
