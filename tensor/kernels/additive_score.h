// The scores of additive attention and their gradients, for one example. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// Queries, keys and v of one example; all rows have `dim` numbers without gaps.
template <class T>
struct AdditiveScores {
  const T* query;  // [queries, dim]
  const T* key;    // [keys, dim]
  const T* v;      // [dim]
  std::int64_t queries, keys, dim;
};

// Gradients of sum(gradient * scores).
template <class T>
struct AdditiveScoreGradient {
  const T* gradient;  // [queries, keys]
  T* query;           // [queries, dim]
  T* key;             // [keys, dim]
  T* v;               // [dim]
};

template <class Set>
struct AdditiveScoreKernel {
  // scores[i, j] = sum over a of v[a] tanh(query[i, a] + key[j, a]), for the queries begin .. end-1. Every score is one chain
  // over the registers of its row, so its bits depend only on its own query, its key and v.
  static void forward(const AdditiveScores<float>& in, float* scores, std::int64_t begin, std::int64_t end);
  static void forward(const AdditiveScores<double>& in, double* scores, std::int64_t begin, std::int64_t end);

  // Writes all three gradients, with sums in the order of kernels/sum_tree.h; tanh is recomputed. Pairs with gradient 0, such as
  // those after a length, are skipped.
  static void backward(const AdditiveScores<float>& in, const AdditiveScoreGradient<float>& out);
  static void backward(const AdditiveScores<double>& in, const AdditiveScoreGradient<double>& out);
};

}  // namespace weft::kernels
