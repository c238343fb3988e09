// The equation of an einsum, parsed and checked against its operands.
#pragma once

#include <weft/tensor/base/error.h>
#include <weft/tensor/base/shape.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

// The axes of an operand or of the result, one character each: a letter, or a digit for an axis of "...", counted from the last.
using Labels = std::string;

struct EinsumEquation {
  std::vector<Labels> operands;
  Labels result;
  std::map<char, std::int64_t> sizes;  // of each label

  // Throws ValueError and ShapeError; see einsum().
  EinsumEquation(std::string_view equation, std::span<const Shape> shapes, Where caller);
};

}  // namespace weft
