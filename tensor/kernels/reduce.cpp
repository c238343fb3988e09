// Compiled once per instruction set.
#include <weft/tensor/kernels/reduce.h>
#include <weft/tensor/kernels/row.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace weft::kernels {

namespace {

template <class T>
void sum_each_row(const Rows<T>& x, T* sums) {
  for (Size i = 0; i < x.rows; ++i) {
    const T* row = x.data + i * x.row_stride;
    sums[i] = sum(fold_row<T, Here>(
        x.columns, Vector<T>(0), [=](Size j, Size count) { return load_lanes<T, Here>(row + j, count, T(0)); },
        [](Vector<T> a, Vector<T> b) { return a + b; }));
  }
}

// Takes four rows at a time, so that each sum is read and written once for four numbers.
template <class T>
void sum_each_column(const Rows<T>& x, T* sums) {
  for (Size j = 0; j < x.columns; ++j) sums[j] = 0;
  Size i = 0;
  for (; i + 4 <= x.rows; i += 4) {
    const T* a = x.data + i * x.row_stride;
    const T *b = a + x.row_stride, *c = b + x.row_stride, *d = c + x.row_stride;
    for_each_register<T, Here>(x.columns, [=](Size j, Size count) {
      const auto load = [=](const T* from) { return load_lanes<T, Here>(from + j, count, T(0)); };
      store_lanes<T, Here>(sums + j, count, (((load(sums) + load(a)) + load(b)) + load(c)) + load(d));
    });
  }
  for (; i < x.rows; ++i) {
    const T* a = x.data + i * x.row_stride;
    for_each_register<T, Here>(x.columns, [=](Size j, Size count) {
      const auto load = [=](const T* from) { return load_lanes<T, Here>(from + j, count, T(0)); };
      store_lanes<T, Here>(sums + j, count, load(sums) + load(a));
    });
  }
}

template <class T>
struct Best {
  T value;
  Size position;
};

// Returns the best of the lanes; position -1 stands for the row's first number, with which all lanes started.
template <Extreme which, class T>
Best<T> best_lane(const Vector<T>* values, const Vector<T>* registers, Size accumulators) {
  constexpr Size size = Vector<T>::size;
  alignas(64) T value[size], at[size];
  Best<T> best{T(0), -1};
  for (Size k = 0; k < accumulators; ++k) {
    values[k].store(value);
    registers[k].store(at);
    for (Size lane = 0; lane < size; ++lane) {
      const Size position = at[lane] < 0 ? 0 : static_cast<Size>(at[lane]) * size + lane;
      const T v = value[lane];
      const bool equal = v == best.value || (v != v && best.value != best.value);
      if (best.position < 0 || (equal ? position < best.position : static_cast<bool>(replaces<which>(v, best.value))))
        best = {v, position};
    }
  }
  return best;
}

// First, only numbers are compared. If a NaN (or an infinity) is among them, the work is repeated with all rules.
enum class Rules { numbers, all };

// Takes x, and its number, where it is better than `best`.
template <Extreme which, Rules rules, bool with_position, class T>
[[gnu::always_inline]] inline void take_better(Vector<T> x, Vector<T> number, Vector<T>& best, Vector<T>& at) {
  if constexpr (rules == Rules::all) {
    const auto better = replaces<which>(x, best);
    best = where(better, x, best);
    if (with_position) at = where(better, number, at);
  } else {
    if (with_position) at = where(which == Extreme::largest ? x > best : x < best, number, at);
    best = which == Extreme::largest ? larger_number(x, best) : smaller_number(x, best);
  }
}

// Stays 0 while all numbers are finite, then becomes NaN.
template <Rules rules, class T>
[[gnu::always_inline]] inline void watch(Vector<T>& watched, Vector<T> x) {
  if constexpr (rules == Rules::numbers) watched = fma(x, Vector<T>(0), watched);
}
template <class T>
bool all_finite(Vector<T> watched) {
  return sum(watched) == T(0);
}

template <Extreme which, Rules rules, class T>
bool extreme_with_position(const T* row, Size columns, Best<T>& result) {
  constexpr Size size = Vector<T>::size;
  const Vector<T> first(row[0]);
  Vector<T> best[2] = {first, first}, at[2] = {Vector<T>(-1), Vector<T>(-1)}, watched(0);
  const auto step = [&](Vector<T>& so_far, Vector<T>& where_best, Size j, Size count) {
    const Vector<T> x = load_lanes<T, Here>(row + j, count, row[0]);
    take_better<which, rules, true>(x, Vector<T>(static_cast<T>(j / size)), so_far, where_best);
    watch<rules>(watched, x);
  };
  Size j = 0;
  for (; j + 2 * size <= columns; j += 2 * size) {
    step(best[0], at[0], j, size);
    step(best[1], at[1], j + size, size);
  }
  for (; j + size <= columns; j += size) step(best[0], at[0], j, size);
  if (j < columns) step(best[1], at[1], j, columns - j);
  if (!all_finite(watched)) return false;
  result = best_lane<which>(best, at, 2);
  return true;
}

template <Extreme which, class T>
T extreme_value(const T* row, Size columns) {
  alignas(64) T value[Vector<T>::size];
  fold_row<T, Here>(
      columns, Vector<T>(row[0]), [=](Size j, Size count) { return load_lanes<T, Here>(row + j, count, row[0]); },
      [](Vector<T> a, Vector<T> b) { return which == Extreme::largest ? maximum(a, b) : minimum(a, b); })
      .store(value);
  T best = value[0];
  for (T v : value) best = replaces<which>(v, best) ? v : best;
  return best;
}

template <Extreme which, class T>
void extreme_of_rows(const Rows<T>& x, T* values, Size* positions) {
  for (Size i = 0; i < x.rows; ++i) {
    const T* row = x.data + i * x.row_stride;
    if (!positions) {
      values[i] = extreme_value<which>(row, x.columns);
      continue;
    }
    Best<T> best{};
    if (!extreme_with_position<which, Rules::numbers>(row, x.columns, best))
      extreme_with_position<which, Rules::all>(row, x.columns, best);
    values[i] = best.value;
    positions[i] = best.position;
  }
}

// Processes one more group of `rows` rows, from row `first` on; where a row's number is better, its index is written to `at`.
template <Extreme which, Rules rules, bool with_position, int rows, class T>
[[gnu::always_inline]] inline void extreme_of_group(const T* from, Size stride, Size columns, Size first, T* values, T* at,
                                                    Vector<T>& watched) {
  for_each_register<T, Here>(columns, [=, &watched](Size j, Size count) {
    Vector<T> best = load_lanes<T, Here>(values + j, count, T(0));
    Vector<T> where_best = with_position ? Vector<T>::load(at + j) : best;
#pragma GCC unroll 4
    for (int i = 0; i < rows; ++i) {
      const Vector<T> x = load_lanes<T, Here>(from + i * stride + j, count, T(0));
      take_better<which, rules, with_position>(x, Vector<T>(static_cast<T>(first + i)), best, where_best);
      watch<rules>(watched, x);
    }
    store_lanes<T, Here>(values + j, count, best);
    if (with_position) where_best.store(at + j);
  });
}

template <Extreme which, Rules rules, bool with_position, class T>
bool extreme_of_columns(const Rows<T>& x, T* values, T* at) {
  Vector<T> watched(0);
  for (Size j = 0; j < x.columns; ++j) {
    values[j] = x.data[j];
    if (rules == Rules::numbers && !(std::abs(x.data[j]) <= std::numeric_limits<T>::max())) return false;
  }
  if (with_position)
    for (Size j = 0; j < x.columns + Vector<T>::size; ++j) at[j] = 0;
  const auto group = [&]<int rows>(std::integral_constant<int, rows>, Size i) {
    extreme_of_group<which, rules, with_position, rows>(x.data + i * x.row_stride, x.row_stride, x.columns, i, values, at,
                                                        watched);
  };
  Size i = 1;
  for (; i + 4 <= x.rows; i += 4) group(std::integral_constant<int, 4>(), i);
  for (; i < x.rows; ++i) group(std::integral_constant<int, 1>(), i);
  return all_finite(watched);
}

template <class T>
void pick_rows(const Rows<T>& x, Extreme which, T* values, Size* positions) {
  if (which == Extreme::largest)
    extreme_of_rows<Extreme::largest>(x, values, positions);
  else
    extreme_of_rows<Extreme::smallest>(x, values, positions);
}

template <Extreme which, bool with_position, class T>
void pick_columns(const Rows<T>& x, T* values, T* at) {
  if (!extreme_of_columns<which, Rules::numbers, with_position>(x, values, at))
    extreme_of_columns<which, Rules::all, with_position>(x, values, at);
}

template <Extreme which, class T>
void pick_columns(const Rows<T>& x, T* values, Size* positions) {
  if (!positions) return pick_columns<which, false>(x, values, static_cast<T*>(nullptr));
  alignas(64) T at[kColumnTile + Vector<T>::size];
  pick_columns<which, true>(x, values, at);
  for (Size j = 0; j < x.columns; ++j) positions[j] = static_cast<Size>(at[j]);
}

template <class T>
void pick_columns(const Rows<T>& x, Extreme which, T* values, Size* positions) {
  if (which == Extreme::largest)
    pick_columns<Extreme::largest>(x, values, positions);
  else
    pick_columns<Extreme::smallest>(x, values, positions);
}

}  // namespace

template <>
void ReduceKernel<Here>::sum_rows(const Rows<float>& x, float* sums) {
  sum_each_row(x, sums);
}
template <>
void ReduceKernel<Here>::sum_rows(const Rows<double>& x, double* sums) {
  sum_each_row(x, sums);
}
template <>
void ReduceKernel<Here>::sum_columns(const Rows<float>& x, float* sums) {
  sum_each_column(x, sums);
}
template <>
void ReduceKernel<Here>::sum_columns(const Rows<double>& x, double* sums) {
  sum_each_column(x, sums);
}
template <>
void ReduceKernel<Here>::extreme_rows(const Rows<float>& x, Extreme which, float* values, Size* positions) {
  pick_rows(x, which, values, positions);
}
template <>
void ReduceKernel<Here>::extreme_rows(const Rows<double>& x, Extreme which, double* values, Size* positions) {
  pick_rows(x, which, values, positions);
}
template <>
void ReduceKernel<Here>::extreme_columns(const Rows<float>& x, Extreme which, float* values, Size* positions) {
  pick_columns(x, which, values, positions);
}
template <>
void ReduceKernel<Here>::extreme_columns(const Rows<double>& x, Extreme which, double* values, Size* positions) {
  pick_columns(x, which, values, positions);
}

}  // namespace weft::kernels
