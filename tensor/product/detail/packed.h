// Weights packed for the product kernel, remembered until they are written.
#pragma once

#include <weft/tensor/array/tensor.h>
#include <weft/tensor/product/detail/product.h>

#include <memory>

namespace weft {

// `b` [k, n], f32, packed for the instruction set in use. The last few are kept with b's memory, and made anew when that was
// written since; any thread may ask. Meant for weights, which serve many products between two writes.
std::shared_ptr<const kernels::PackedMatrix> packed(const Tensor& b);

}  // namespace weft
