// Element types of tensors.
#pragma once

#include <weft/tensor/base/error.h>

#include <cstdint>
#include <type_traits>

namespace weft {

enum class DType : std::uint8_t { f32, f64, i64, i32, u8, boolean };

// "f32", "f64", "i64", "i32", "u8", "bool".
const char* name(DType dtype);

// Bytes per element.
constexpr int size_of(DType dtype) {
  constexpr int sizes[] = {4, 8, 8, 4, 1, 1};
  return sizes[static_cast<int>(dtype)];
}

constexpr bool is_floating(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }

inline std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name(dtype); }

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::f32;
  if constexpr (std::is_same_v<T, double>) return DType::f64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::i64;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::i32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::u8;
  if constexpr (std::is_same_v<T, bool>) return DType::boolean;
}

// Calls f(T{}), where T is the C++ type of `dtype`.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f32:
      return f(float{});
    case DType::f64:
      return f(double{});
    case DType::i64:
      return f(std::int64_t{});
    case DType::i32:
      return f(std::int32_t{});
    case DType::u8:
      return f(std::uint8_t{});
    default:
      return f(bool{});
  }
}

// Calls f(float{}) or f(double{}). Throws DtypeError, in the name of `op`, for any other dtype.
template <class F>
decltype(auto) visit_floating(const char* op, DType dtype, Where caller, F&& f) {
  check<DtypeError>(is_floating(dtype), caller, op, ": takes f32 or f64, not ", dtype);
  return dtype == DType::f32 ? f(float{}) : f(double{});
}

}  // namespace weft
