// Softmax of rows and its gradients. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

enum class Softmax { probabilities, logarithms };

// One row. An entry counts if its position is below `length` and, with a mask, mask[position] is true.
template <class T>
struct SoftmaxRow {
  const T* x;
  T* y;
  std::int64_t size, length;
  const bool* mask;  // or null
};

template <class T>
struct SoftmaxGradientRow {
  const T *y, *g;
  T* dx;
  std::int64_t size, length;
  const bool* mask;  // or null
};

template <class Set>
struct SoftmaxKernel {
  // y = exp(x - max) / sum, or x - max - log(sum), over the entries that count; other entries give 0, or kMaskedLogProbability. A
  // row with no counting entry, or with only -inf, gives that everywhere.
  static void forward(Softmax which, const SoftmaxRow<float>& row);
  static void forward(Softmax which, const SoftmaxRow<double>& row);

  // Computes the gradient dx from the result y and its gradient g: y (g - sum(y g)), or g - exp(y) sum(g), over the entries that
  // count; other entries give 0, whatever g is there.
  static void backward(Softmax which, const SoftmaxGradientRow<float>& row);
  static void backward(Softmax which, const SoftmaxGradientRow<double>& row);
};

}  // namespace weft::kernels
