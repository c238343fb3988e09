// Matrix products.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// NumPy's matmul: the last two axes are matrices and the others a batch that broadcasts. A vector counts as one row on the left
// and one column on the right, and that axis is dropped again. [.., m, k] x [.., k, n] -> [.., m, n]. Both sides are f32, or both
// f64, or integers of any dtypes, which give the wider one and wrap around. Transposed views are not copied. A row of the result
// depends only on its row of `a` and on `b`, bit for bit. Throws ShapeError, DtypeError.
Tensor matmul(const Tensor& a, const Tensor& b, Where caller = Where::here());

// x x^T, the products of all pairs of rows: [.., m, k] -> [.., m, m]. Has the same bits as matmul(x, transpose(x)). Throws as
// matmul does, and ShapeError for a vector.
Tensor gram(const Tensor& x, Where caller = Where::here());

// Throws what matmul would throw for these arguments, if anything.
void check_matmul(const Tensor& a, const Tensor& b, Where caller);

// The first returns all sizes but the last two; the second appends the last two to `batch`.
Shape batch_of(const Shape& matrices);
Shape with_batch(const Shape& matrices, Shape batch, Where caller);

// x W^T + bias: x [.., in], weight [out, in], bias [out] or undefined -> [.., out]. The packed weight is cached until the weight
// is written.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Where caller = Where::here());

// x W without a bias, for the gradient of linear with respect to its input: x [.., out], weight [out, in] -> [.., in].
Tensor linear_transposed(const Tensor& x, const Tensor& weight, Where caller = Where::here());

}  // namespace weft
