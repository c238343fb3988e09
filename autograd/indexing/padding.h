// What stands behind the lengths of a padded batch reaches no result and no gradient.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft {

// tensor/reduction/lengths.h says what it gives; no gradient passes through zeros that it puts in. A NaN in the padding of x
// would reach the gradient of whatever x is multiplied with, and through weights of 0 the results.
Variable harmless_padding(const Variable& x, const Tensor& lengths, int axis = 1, Where where = Where::here(),
                          const char* op = "harmless_padding");

// The arguments of an attention with harmless padding in keys and values, which have the lengths, and in the query where it is
// the key itself. Those that are one Variable stay one. `axis` is that of queries and keys.
struct AttentionInputs {
  Variable query, key, value;
};
AttentionInputs harmless_padding(const AttentionInputs& inputs, const Tensor& lengths, int axis = 1, Where where = Where::here(),
                                 const char* op = "harmless_padding");

}  // namespace weft
