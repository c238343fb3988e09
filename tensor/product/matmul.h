// Matrix products.
#pragma once

#include <weft/tensor/array/tensor.h>

namespace weft {

// NumPy's matmul: the last two axes are matrices, the others a batch that broadcasts; a vector counts as one row on the left and
// one column on the right, and that axis is dropped again. [.., m, k] x [.., k, n] -> [.., m, n]. f32 or f64, the same on both
// sides, or integers of any dtypes, which give the wider one and wrap around. Transposed views cost no copy. A row of the result
// depends on its row of `a` and on `b` alone, bit for bit. Throws ShapeError, DtypeError.
Tensor matmul(const Tensor& a, const Tensor& b, Where where = Where::here());

// x x^T, the products of all pairs of rows: [.., m, k] -> [.., m, m]. The bits of matmul(x, transpose(x)). Throws as matmul does,
// and ShapeError for a vector.
Tensor gram(const Tensor& x, Where where = Where::here());

// Throws what matmul throws for these arguments, if anything.
void check_matmul(const Tensor& a, const Tensor& b, Where where);

// All sizes but the last two; and the last two behind `batch`.
Shape batch_of(const Shape& matrices);
Shape with_batch(const Shape& matrices, Shape batch, Where where);

// x W^T + bias: x [.., in], weight [out, in], bias [out] or undefined -> [.., out]. The weight is packed once until it is
// written.
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Where where = Where::here());

// x W without a bias, for the gradient of linear by its input: x [.., out], weight [out, in] -> [.., in].
Tensor linear_transposed(const Tensor& x, const Tensor& weight, Where where = Where::here());

}  // namespace weft
