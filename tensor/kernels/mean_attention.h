// Rows of scores of an attention whose weights count by their mean over the queries. Compiled once per instruction set.
#pragma once

#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// What a query's weights and their gradient are made of, by query: weight_j = exp(score_j - largest) * scale, and dot = the sum
// of weight_j * slope_j, where slope_j is the gradient of each query's weight of key j.
template <class T>
struct QuerySums {
  T *largest, *scale, *dot;
};

// The scores of position `row`: as a query, with the first `keys` positions; as a key, with the first `queries` of them. The
// score of a pair is the same both ways. Either number may be 0.
template <class T>
struct ScoreRow {
  T* scores;
  std::int64_t row, keys, queries;
  const T* slopes;  // by key
  QuerySums<T> sums;
};

template <class Set>
struct MeanAttentionKernel {
  // Adds the softmax of `length` scores to `sums`, and leaves something else in their place.
  static void add_weights(float* scores, std::int64_t length, float* sums);
  static void add_weights(double* scores, std::int64_t length, double* sums);

  // The sums of query `row` over its `keys` scores, in whose place it leaves their exponentials.
  static void sum_up(const ScoreRow<float>& row);
  static void sum_up(const ScoreRow<double>& row);
  // The gradient of the scores, weight (slope - dot), in place of the exponentials that sum_up left.
  static void finish(const ScoreRow<float>& row);
  static void finish(const ScoreRow<double>& row);

  // The same in place of the scores, once sum_up was called for all queries: as a query's scores, plus as a key's.
  static void differentiate(const ScoreRow<float>& row);
  static void differentiate(const ScoreRow<double>& row);
};

}  // namespace weft::kernels
