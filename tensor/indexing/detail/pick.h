// What the functions of pick.h compute before they pick, for Tensors and Variables alike.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft::detail {

// The numbers of the elements where the mask, expanded to `shape`, is true: i64 [count].
Tensor chosen_positions(const Tensor& mask, const Shape& shape, Where caller);
// The index of the slice that stands at each place after repeating: i64.
Tensor repeated_positions(const Tensor& repeats, std::int64_t size, Where caller);
Tensor repeated_positions(std::int64_t repeats, std::int64_t size, Where caller);
// A mask that is true at `index` along the axis and broadcasts to `shape`.
Tensor mask_at(const char* op, const Shape& shape, int axis, const Tensor& index, Where caller);

}  // namespace weft::detail
