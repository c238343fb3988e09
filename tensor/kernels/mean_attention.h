// Rows of scores of an attention that is averaged over its queries. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// The numbers per query from which its weights and their gradient are computed: weight_j = exp(score_j - largest) * scale, and
// dot = the sum of weight_j * slope_j, where slope_j is the gradient of each query's weight of key j.
template <class T>
struct QuerySums {
  T *largest, *scale, *dot;
};

// The scores of position `row`: as a query, with the first `keys` positions; as a key, with the first `queries` positions. A pair
// has the same score both ways. Either number may be 0.
template <class T>
struct ScoreRow {
  T* scores;
  std::int64_t row, keys, queries;
  const T* slopes;  // by key
  QuerySums<T> sums;
};

template <class Set>
struct MeanAttentionKernel {
  // Adds the softmax of `length` scores to `sums`. The scores are overwritten.
  static void add_weights(float* scores, std::int64_t length, float* sums);
  static void add_weights(double* scores, std::int64_t length, double* sums);

  // Computes the sums of query `row` over its `keys` scores and replaces the scores by their exponentials.
  static void sum_up(const ScoreRow<float>& row);
  static void sum_up(const ScoreRow<double>& row);
  // Replaces the exponentials that sum_up left by the gradient of the scores, weight (slope - dot).
  static void finish(const ScoreRow<float>& row);
  static void finish(const ScoreRow<double>& row);

  // Replaces the scores by their gradient, after sum_up was called for all queries: as a query's scores, plus as a key's.
  static void differentiate(const ScoreRow<float>& row);
  static void differentiate(const ScoreRow<double>& row);
};

}  // namespace weft::kernels
