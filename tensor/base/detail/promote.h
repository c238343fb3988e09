// Type promotion: which dtype a result has, and which numbers a dtype holds. These are the rules of docs/promotion.md, in one
// place for all ops.
#pragma once

#include <weft/tensor/base/dtype.h>

namespace weft {

namespace detail {
// bool < u8 < i32 < i64 < f32 < f64, in the order of the enumeration.
constexpr int rank_of(DType dtype) {
  constexpr int ranks[] = {4, 5, 3, 2, 1, 0};
  return ranks[static_cast<int>(dtype)];
}
}  // namespace detail

// Returns the dtype of a result computed from both: the later one in bool, u8, i32, i64, f32, f64.
constexpr DType promote_types(DType a, DType b) { return detail::rank_of(a) < detail::rank_of(b) ? b : a; }

// Returns the dtype of functions of real numbers, means and quotients: f32 for integers and bool.
constexpr DType real_type(DType dtype) { return is_floating(dtype) ? dtype : DType::f32; }

// Returns the dtype of sums: i64 for integers and bool.
constexpr DType sum_type(DType dtype) { return is_floating(dtype) ? dtype : DType::i64; }

// Returns whether the dtype is an integer type; bool is not.
constexpr bool is_integer(DType dtype) { return !is_floating(dtype) && dtype != DType::boolean; }

// Returns whether the number is whole: not a fraction, an infinity or NaN.
bool is_whole(double number);

// Returns the dtype of a result of a tensor and a number: f32 for an integer tensor and a number that is not whole, otherwise the
// tensor's.
inline DType result_type(DType tensor, double number) { return is_floating(tensor) || is_whole(number) ? tensor : DType::f32; }

// Returns whether the dtype can hold the number. Floating dtypes hold every number, rounded; bool holds every number as != 0.
bool holds(DType dtype, double number);

// Throws ValueError unless a tensor of the dtype can hold the number.
void check_holds(const char* op, DType dtype, double number, Where caller);

}  // namespace weft
