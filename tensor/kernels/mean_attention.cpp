// Compiled once per instruction set. The order of all sums is that of softmax, its gradient and the mean over an axis.
#include <weft/tensor/kernels/mean_attention.h>
#include <weft/tensor/kernels/row.h>

#include <limits>

namespace weft::kernels {

namespace {

template <class T>
constexpr T kLowest = -std::numeric_limits<T>::infinity();

template <class T>
T largest_score(const T* scores, Size length) {
  return largest_of_row<T, Here>(length, [=](Size j, Size count) { return load_lanes<T, Here>(scores + j, count, kLowest<T>); });
}

// Puts exponentials in place of the scores.
template <class T>
T sum_of_exponentials(T* scores, Size length, T largest) {
  return sum(fold_row<T, Here>(
      length, Vector<T>(0),
      [=](Size j, Size count) {
        const Vector<T> e = exp(load_lanes<T, Here>(scores + j, count, kLowest<T>) - Vector<T>(largest));
        store_lanes<T, Here>(scores + j, count, e);
        return e;
      },
      add<T>));
}

// 1. Replaces the scores by exponentials and sums them. 2. Divides them by the sum and adds them to `sums`.
template <class T>
void add_weights_of(T* scores, Size length, T* sums) {
  const T largest = largest_score(scores, length);
  if (largest == kLowest<T>) return;
  const Vector<T> scale(1 / sum_of_exponentials(scores, length, largest));
  for_each_register<T, Here>(length, [=](Size j, Size count) {
    store_lanes<T, Here>(sums + j, count, load(sums + j, count) + load(scores + j, count) * scale);
  });
}

// 1. Replaces the scores by exponentials and sums them. 2. Computes the dot product of weights and slopes.
template <class T>
void sum_up_row(const ScoreRow<T>& row) {
  T* scores = row.scores;
  T largest = largest_score(scores, row.keys), scale = 0;
  if (largest == kLowest<T>) {  // all weights are 0
    largest = 0;
    for (Size j = 0; j < row.keys; ++j) scores[j] = 0;
  } else {
    scale = 1 / sum_of_exponentials(scores, row.keys, largest);
  }
  const Vector<T> scales(scale);
  row.sums.largest[row.row] = largest;
  row.sums.scale[row.row] = scale;
  row.sums.dot[row.row] = sum(fold_row<T, Here>(
      row.keys, Vector<T>(0),
      [=, slopes = row.slopes](Size j, Size count) { return load(scores + j, count) * scales * load(slopes + j, count); },
      add<T>));
}

template <class T>
void finish_row(const ScoreRow<T>& row) {
  T* scores = row.scores;
  const Vector<T> scale(row.sums.scale[row.row]), dot(row.sums.dot[row.row]);
  for_each_register<T, Here>(row.keys, [=, slopes = row.slopes](Size j, Size count) {
    store_lanes<T, Here>(scores + j, count, load(scores + j, count) * scale * (load(slopes + j, count) - dot));
  });
}

// Processes the scores begin .. end-1 with the terms that apply in this range.
template <bool as_query, bool as_key, class T>
void differentiate_range(const ScoreRow<T>& row, Size begin, Size end) {
  const QuerySums<T>& sums = row.sums;
  const auto own = [&](const T* of) { return Vector<T>(as_query ? of[row.row] : T(0)); };
  const Vector<T> largest = own(sums.largest), scale = own(sums.scale), dot = own(sums.dot);
  const Vector<T> slope(as_key ? row.slopes[row.row] : T(0));
  for_each_register<T, Here>(end - begin, [=](Size offset, Size count) {
    const Size j = begin + offset;
    const Vector<T> score = load(row.scores + j, count);
    Vector<T> gradient(0);
    if (as_query) gradient = exp(score - largest) * scale * (load(row.slopes + j, count) - dot);
    if (as_key) {
      const Vector<T> weight = exp(score - load(sums.largest + j, count)) * load(sums.scale + j, count);
      const Vector<T> part = weight * (slope - load(sums.dot + j, count));
      gradient = as_query ? gradient + part : part;
    }
    store_lanes<T, Here>(row.scores + j, count, gradient);
  });
}

template <class T>
void differentiate_row(const ScoreRow<T>& row) {
  const Size both = row.keys < row.queries ? row.keys : row.queries;
  if (both > 0) differentiate_range<true, true>(row, 0, both);  // outside, the position has sums of only one kind
  if (row.keys > both) differentiate_range<true, false>(row, both, row.keys);
  if (row.queries > both) differentiate_range<false, true>(row, both, row.queries);
}

}  // namespace

template <>
void MeanAttentionKernel<Here>::add_weights(float* scores, Size length, float* sums) {
  add_weights_of(scores, length, sums);
}
template <>
void MeanAttentionKernel<Here>::add_weights(double* scores, Size length, double* sums) {
  add_weights_of(scores, length, sums);
}
template <>
void MeanAttentionKernel<Here>::sum_up(const ScoreRow<float>& row) {
  sum_up_row(row);
}
template <>
void MeanAttentionKernel<Here>::sum_up(const ScoreRow<double>& row) {
  sum_up_row(row);
}
template <>
void MeanAttentionKernel<Here>::finish(const ScoreRow<float>& row) {
  finish_row(row);
}
template <>
void MeanAttentionKernel<Here>::finish(const ScoreRow<double>& row) {
  finish_row(row);
}
template <>
void MeanAttentionKernel<Here>::differentiate(const ScoreRow<float>& row) {
  differentiate_row(row);
}
template <>
void MeanAttentionKernel<Here>::differentiate(const ScoreRow<double>& row) {
  differentiate_row(row);
}

}  // namespace weft::kernels
