// Compiled once per instruction set.
#include <weft/tensor/base/masked_log_probability.h>
#include <weft/tensor/kernels/row.h>
#include <weft/tensor/kernels/softmax.h>

#include <cmath>
#include <limits>

namespace weft::kernels {

namespace {

// Loads numbers of a row and replaces those that do not count by `rest`.
template <bool with_mask, class T>
[[gnu::always_inline]] inline Vector<T> load_counted(const T* from, const bool* mask, Size j, Size count, T rest) {
  const Vector<T> x = load_lanes<T, Here>(from + j, count, rest);
  if (!with_mask) return x;
  alignas(64) T counted[Vector<T>::size];
  for (Size i = 0; i < Vector<T>::size; ++i) counted[i] = i < count && mask[j + i] ? T(1) : T(0);
  return where(Vector<T>::load(counted) == Vector<T>(0), Vector<T>(rest), x);
}

template <bool with_mask, class T>
[[gnu::always_inline]] inline Vector<T> load_counted(const SoftmaxRow<T>& row, Size j, Size count) {
  return load_counted<with_mask>(row.x, row.mask, j, count, -std::numeric_limits<T>::infinity());
}

template <class T>
void fill(T* to, Size count, T value) {
  for (Size i = 0; i < count; ++i) to[i] = value;
}

template <bool with_mask, class T>
void softmax_row(const SoftmaxRow<T>& row, T largest) {
  // 1. exponentials and their sum
  const T total = sum(fold_row<T, Here>(
      row.length, Vector<T>(0),
      [=](Size j, Size count) {
        const Vector<T> e = exp(load_counted<with_mask>(row, j, count) - Vector<T>(largest));
        store_lanes<T, Here>(row.y + j, count, e);
        return e;
      },
      add<T>));
  // 2. divided by it
  const Vector<T> scale(T(1) / total);
  for_each_register<T, Here>(row.length, [=](Size j, Size count) {
    store_lanes<T, Here>(row.y + j, count, load_lanes<T, Here>(row.y + j, count, T(0)) * scale);
  });
  fill(row.y + row.length, row.size - row.length, T(0));
}

template <bool with_mask, class T>
void log_softmax_row(const SoftmaxRow<T>& row, T largest) {
  const T total = sum(fold_row<T, Here>(
      row.length, Vector<T>(0),
      [=](Size j, Size count) { return exp(load_counted<with_mask>(row, j, count) - Vector<T>(largest)); }, add<T>));
  const auto counted = [=](Size j, Size count, T) { return load_counted<with_mask>(row, j, count); };
  const Vector<T> shift(largest), logarithm(log_of_total<T, Here>(row.length, largest, total, counted));
  for_each_register<T, Here>(row.length, [=](Size j, Size count) {
    store_lanes<T, Here>(row.y + j, count, load_lanes<T, Here>(row.x + j, count, T(0)) - shift - logarithm);
  });
  const T masked = static_cast<T>(kMaskedLogProbability);
  if (row.mask)
    for (Size j = 0; j < row.length; ++j)
      if (!row.mask[j]) row.y[j] = masked;
  fill(row.y + row.length, row.size - row.length, masked);
}

template <bool with_mask, class T>
void run(Softmax which, const SoftmaxRow<T>& row) {
  const T largest =
      largest_of_row<T, Here>(row.length, [=](Size j, Size count) { return load_counted<with_mask>(row, j, count); });
  if (largest == -std::numeric_limits<T>::infinity())
    fill(row.y, row.size, which == Softmax::probabilities ? T(0) : static_cast<T>(kMaskedLogProbability));
  else if (which == Softmax::probabilities)
    softmax_row<with_mask>(row, largest);
  else
    log_softmax_row<with_mask>(row, largest);
}

template <class T>
void run(Softmax which, const SoftmaxRow<T>& row) {
  row.mask ? run<true>(which, row) : run<false>(which, row);
}

template <bool with_mask, class T>
void softmax_backward_row(const SoftmaxGradientRow<T>& row) {
  const auto y = [=](Size j, Size count) { return load_lanes<T, Here>(row.y + j, count, T(0)); };
  const auto g = [=](Size j, Size count) { return load_counted<with_mask>(row.g, row.mask, j, count, T(0)); };
  const Vector<T> dot(sum(fold_row<T, Here>(
      row.length, Vector<T>(0), [=](Size j, Size count) { return y(j, count) * g(j, count); }, add<T>)));
  for_each_register<T, Here>(
      row.length, [=](Size j, Size count) { store_lanes<T, Here>(row.dx + j, count, y(j, count) * (g(j, count) - dot)); });
}

// In rows that are all -inf, entries have the same value as those that do not count.
template <class T>
void log_softmax_backward_row(const SoftmaxGradientRow<T>& row) {
  const auto load = [](const T* from, Size count) { return load_lanes<T, Here>(from, count, T(0)); };
  const Vector<T> bound(kMaskedLogProbability / 2), zero(0);
  const auto counted = [=](Size j, Size count) { return where(load(row.y + j, count) > bound, load(row.g + j, count), zero); };
  const Vector<T> total(sum(fold_row<T, Here>(row.length, zero, counted, add<T>)));
  for_each_register<T, Here>(row.length, [=](Size j, Size count) {
    store_lanes<T, Here>(row.dx + j, count, counted(j, count) - exp(load(row.y + j, count)) * total);
  });
}

template <class T>
void run_backward(Softmax which, const SoftmaxGradientRow<T>& row) {
  if (which == Softmax::logarithms)
    log_softmax_backward_row(row);
  else if (row.mask)
    softmax_backward_row<true>(row);
  else
    softmax_backward_row<false>(row);
  fill(row.dx + row.length, row.size - row.length, T(0));
  for (Size j = 0; row.mask && j < row.length; ++j)
    if (!row.mask[j]) row.dx[j] = 0;
}

}  // namespace

template <>
void SoftmaxKernel<Here>::forward(Softmax which, const SoftmaxRow<float>& row) {
  run(which, row);
}
template <>
void SoftmaxKernel<Here>::forward(Softmax which, const SoftmaxRow<double>& row) {
  run(which, row);
}
template <>
void SoftmaxKernel<Here>::backward(Softmax which, const SoftmaxGradientRow<float>& row) {
  run_backward(which, row);
}
template <>
void SoftmaxKernel<Here>::backward(Softmax which, const SoftmaxGradientRow<double>& row) {
  run_backward(which, row);
}

}  // namespace weft::kernels
