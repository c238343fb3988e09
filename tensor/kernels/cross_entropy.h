// Rows of cross-entropy from logits. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// The logits of one example, and a weight for each class (null: 1).
template <class T>
struct LogitsRow {
  const T* logits;
  const T* weights;
  std::int64_t classes;
};

template <class T>
struct LogitsSums {
  T largest;
  T log_total;  // log(sum over classes of exp(logit - largest)); kept apart from `largest`, beside which it may be small
  T shortfall;  // sum over classes of weight (largest - logit), without classes of weight 0; 0 unless requested
};

template <class Set>
struct CrossEntropyKernel {
  static LogitsSums<float> forward(const LogitsRow<float>& row, bool with_shortfall);
  static LogitsSums<double> forward(const LogitsRow<double>& row, bool with_shortfall);

  // to[j] = scale exp(logits[j] - largest) / exp(log_total) - spread weights[j].
  static void backward(const LogitsRow<float>& row, float largest, float log_total, float scale, float spread, float* to);
  static void backward(const LogitsRow<double>& row, double largest, double log_total, double scale, double spread, double* to);
};

}  // namespace weft::kernels
