// The inputs that check_op runs an op on.
#pragma once

#include <weft/autograd/check/op_check.h>

namespace weft::detail {

using Tensors = std::vector<Tensor>;

// Returns inputs of those shapes, the floating ones in f64 with numbers that are exact in f32, away from kinks. Throws ValueError
// if none are found.
Tensors make_inputs(const OpRow& row, const OpShapes& shapes);

// Returns numbers from -1 to 1 as gradients of the floating outputs.
Tensors make_seeds(const Tensors& outputs);

// Converts the floating inputs to `dtype` and leaves the others unchanged.
Tensors with_dtype(const Tensors& inputs, DType dtype);

// Returns the same numbers with the memory order of the axes reversed, in every other element.
Tensor strided(const Tensor& x);
// Returns the same numbers, stored in reverse order along the first axis.
Tensor flipped(const Tensor& x);
// Returns the first slice of the longest axis, repeated with stride 0.
Tensor repeated(const Tensor& x);
// Applies a layout to each input.
Tensors each(const Tensors& inputs, Tensor (*layout)(const Tensor&));

}  // namespace weft::detail
