// The inputs that check_op runs an op on.
#pragma once

#include <weft/autograd/check/op_check.h>

namespace weft::detail {

using Tensors = std::vector<Tensor>;

// Inputs of those shapes, floating ones in f64, with numbers that f32 has too, away from kinks. Throws ValueError when there are
// none.
Tensors make_inputs(const OpRow& row, const OpShapes& shapes);

// Numbers from -1 to 1 as gradients of the floating outputs.
Tensors make_seeds(const Tensors& outputs);

// Floating inputs in `dtype`, the others as they are.
Tensors with_dtype(const Tensors& inputs, DType dtype);

// The same numbers with the axes in the opposite order in memory, every other element.
Tensor strided(const Tensor& x);
// The same numbers, read backwards along the first axis.
Tensor flipped(const Tensor& x);
// The first slice of the longest axis, repeated by stride 0.
Tensor repeated(const Tensor& x);
// A layout of each input.
Tensors each(const Tensors& inputs, Tensor (*layout)(const Tensor&));

}  // namespace weft::detail
