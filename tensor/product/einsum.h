// Sums of products, named by the letters of the axes.
#pragma once

#include <weft/tensor/array/tensor.h>

#include <initializer_list>
#include <span>
#include <string_view>

namespace weft {

// NumPy's einsum. The equation has the letters of each operand's axes, separated by commas, then "->" and the letters of the
// result: "bij,bjk->bik" is a batched product. Letters that the result lacks are summed over; a letter that occurs twice in an
// operand takes its diagonal; "..." stands for the axes that are not named, which broadcast, and so do axes of size 1. Without
// "->" the result has the axes of "..." and then the letters that occur once, in alphabetical order. Spaces are ignored.
//
//     Tensor scores = einsum("bqd,bkd->bqk", {query, key});
//
// Each pair of operands is one matmul; of more than two, the pair whose product takes the fewest multiplications is next. All
// operands are f32, or all f64, or integers. Throws ValueError for an equation that is not well formed, and ShapeError if it does
// not fit the operands.
Tensor einsum(std::string_view equation, std::initializer_list<Tensor> operands, Where caller = Where::here());
Tensor einsum(std::string_view equation, std::span<const Tensor> operands, Where caller = Where::here());

}  // namespace weft
