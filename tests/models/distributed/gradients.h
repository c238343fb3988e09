// Random gradients of parameters, dense or as rows.
#pragma once

#include <weft/models/distributed/detail/shards.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <cmath>

#include "tests/numbers.h"

namespace weft::test {

// Returns numbers of very different sizes, so that the order in which they are added shows, with zeros of both signs among them.
inline Tensor rough_numbers(Numbers& numbers, const Shape& shape, DType dtype) {
  std::vector<double> values(static_cast<std::size_t>(shape.numel()));
  for (double& value : values) {
    value = std::ldexp(numbers.number(), static_cast<int>(numbers.below(16)));
    if (numbers.below(8) == 0) value = numbers.below(2) == 0 ? 0.0 : -0.0;
  }
  return cast(tensor(values, shape), dtype);
}

// Returns a gradient of a parameter: 'd' dense, 'r' some rows of a matrix, perhaps none, 'n' none.
inline ParameterGradient random_gradient(Numbers& numbers, char kind, const Shape& shape, DType dtype) {
  if (kind == 'n') return {};
  if (kind == 'd') return {.dense = rough_numbers(numbers, shape, dtype)};
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < shape[0]; ++row)
    if (numbers.below(3) == 0) rows.push_back(row);
  const std::int64_t count = std::ssize(rows);
  return {.rows = {tensor(rows, {count}), rough_numbers(numbers, {count, shape[1]}, dtype), shape[0]}};
}

inline std::vector<ParameterGradient> copy_of(const std::vector<ParameterGradient>& gradients) {
  std::vector<ParameterGradient> copies = gradients;
  for (ParameterGradient& copy : copies) {
    if (copy.dense.defined()) copy.dense = clone(copy.dense);
    if (copy.rows.defined()) copy.rows.values = clone(copy.rows.values);
  }
  return copies;
}

// Returns whether both are of the same kind and have the same bits.
inline bool same_bits(const ParameterGradient& a, const ParameterGradient& b) {
  if (a.dense.defined() != b.dense.defined() || a.rows.defined() != b.rows.defined()) return false;
  if (a.dense.defined() && !equal_bits(a.dense, b.dense)) return false;
  return !a.rows.defined() ||
         (a.rows.count == b.rows.count && equal_bits(a.rows.rows, b.rows.rows) && equal_bits(a.rows.values, b.rows.values));
}

}  // namespace weft::test
