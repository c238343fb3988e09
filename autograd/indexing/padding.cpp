#include <weft/autograd/basics/math.h>
#include <weft/autograd/indexing/padding.h>

namespace weft {

Variable harmless_padding(const Variable& x, const Tensor& lengths, int axis, Where caller, const char* op) {
  check_defined(op, x.tensor(), caller);
  if (!lengths.defined() || has_harmless_padding(x.tensor(), lengths, axis, caller, op)) return x;
  return where(length_mask_along(lengths, x.shape(), axis), x, 0.0, caller);
}

AttentionInputs harmless_padding(const AttentionInputs& inputs, const Tensor& lengths, int axis, Where caller, const char* op) {
  const auto& [query, key, value] = inputs;
  const Variable own_key = harmless_padding(key, lengths, axis, caller, op);
  return {query.state() == key.state() ? own_key : query, own_key,
          value.state() == key.state() ? own_key : harmless_padding(value, lengths, axis, caller, op)};
}

}  // namespace weft
