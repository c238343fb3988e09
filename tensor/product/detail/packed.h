// Weights packed for the product kernel and cached until they are written.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/product/detail/gemm.h>

#include <memory>

namespace weft {

// Returns `b` [k, n], f32, packed for the instruction set in use. The last few packings are kept with b's memory and redone if it
// was written in the meantime. Any thread may call this. It is meant for weights, which take part in many products between two
// writes.
std::shared_ptr<const kernels::PackedMatrix> packed(const Tensor& b);

}  // namespace weft
