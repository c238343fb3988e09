// Keeps values after the lengths of a padded batch from reaching any result or gradient.
#pragma once

#include <weft/autograd/graph/variable.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft {

// As in tensor/reduction/lengths.h; no gradient passes through the zeros that it inserts. Without it, a NaN in the padding of x
// would reach the gradient of whatever x is multiplied with and, through weights of 0, the results.
Variable harmless_padding(const Variable& x, const Tensor& lengths, int axis = 1, Where caller = Where::here(),
                          const char* op = "harmless_padding");

// The arguments of an attention, with harmless padding in keys and values, which have the lengths, and in the query if it is the
// key itself. Arguments that are the same Variable stay the same. `axis` is that of queries and keys.
struct AttentionInputs {
  Variable query, key, value;
};
AttentionInputs harmless_padding(const AttentionInputs& inputs, const Tensor& lengths, int axis = 1, Where caller = Where::here(),
                                 const char* op = "harmless_padding");

}  // namespace weft
