// Layer normalisation of rows. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// The number of rows whose contributions to the gradients of weight and bias are added in one chain.
inline constexpr std::int64_t kLayerNormBlock = 32;

// Rows [rows, size], contiguous; weight and bias [size] may be null. The kernel writes mean, 1 / deviation and shift, each
// [rows]. A normalized number is (x - mean) / deviation + shift, where shift makes up for the rounding of the mean. A row whose
// numbers are so large that squares or sums overflow is marked by a negative 1 / deviation: its x, mean and deviation are scaled
// by 1/16.
template <class T>
struct LayerNormForward {
  const T *x, *weight, *bias;
  T *y, *mean, *inverse_deviation, *shift;
  std::int64_t rows, size;
  T epsilon;
};

// dx is [rows, size]; dweight and dbias [size] are the sums over these rows. Each of the three may be null.
template <class T>
struct LayerNormBackward {
  const T *x, *weight, *gradient, *mean, *inverse_deviation, *shift;
  T *dx, *dweight, *dbias;
  std::int64_t rows, size;
};

template <class Set>
struct LayerNormKernel {
  static void forward(const LayerNormForward<float>& arguments);
  static void forward(const LayerNormForward<double>& arguments);
  static void backward(const LayerNormBackward<float>& arguments);
  static void backward(const LayerNormBackward<double>& arguments);
};

}  // namespace weft::kernels
