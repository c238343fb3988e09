#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/fused/attention_mask.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft {

namespace {

// The number of each key minus that of each query, i64 [queries, keys].
Tensor distances(const char* op, std::int64_t queries, std::int64_t keys, Where caller) {
  check<ValueError>(queries >= 0 && keys >= 0, caller, op, ": there cannot be ", queries, " queries and ", keys, " keys");
  return unsqueeze(arange(keys), 0) - unsqueeze(arange(queries), 1);
}

bool broadcasts_to(const Shape& shape, const Shape& to) {
  if (shape.dims() > to.dims()) return false;
  for (int axis = 0; axis < shape.dims(); ++axis)
    if (shape.back(axis) != 1 && shape.back(axis) != to.back(axis)) return false;
  return true;
}

}  // namespace

Tensor causal_mask(std::int64_t queries, std::int64_t keys, std::int64_t offset, Where caller) {
  return less_equal(distances("causal_mask", queries, keys, caller), full({}, static_cast<double>(offset), DType::i64));
}

Tensor local_mask(std::int64_t queries, std::int64_t keys, std::int64_t before, std::int64_t after, Where caller) {
  check<ValueError>(before >= 0 && after >= 0, caller, "local_mask: the distances ", before, " before and ", after,
                    " after a query must not be negative");
  const Tensor distance = distances("local_mask", queries, keys, caller);
  return logical_and(distance >= -before, distance <= after);
}

void check_attention_mask(const char* op, const AttentionMask& mask, const Shape& scores, DType dtype, Where caller) {
  if (mask.lengths.defined()) checked_lengths(op, mask.lengths, scores[0], scores.back(), caller);
  check<ValueError>(mask.causal || mask.offset == 0, caller, op, ": an offset of ", mask.offset,
                    " has no meaning unless the mask is causal");
  if (!mask.mask.defined()) return;
  const bool fits_dtype = mask.mask.dtype() == DType::boolean || mask.mask.dtype() == dtype;
  check<DtypeError>(fits_dtype, caller, op, ": the mask must be bool, or ", dtype, " as the scores, not ", mask.mask.dtype());
  check<ShapeError>(broadcasts_to(mask.mask.shape(), scores), caller, op, ": the mask ", mask.mask.shape(),
                    " does not broadcast to the scores ", scores);
}

Tensor counted_scores(const AttentionMask& mask, const Shape& scores) {
  const bool chosen = mask.mask.defined() && mask.mask.dtype() == DType::boolean;
  if (!chosen && !mask.causal) return mask.lengths;
  Tensor counted = chosen ? mask.mask : Tensor();
  const auto restrict = [&](const Tensor& also) { counted = counted.defined() ? logical_and(counted, also) : also; };
  if (mask.causal) restrict(causal_mask(scores.back(1), scores.back(), mask.offset));
  if (mask.lengths.defined()) restrict(length_mask_along(mask.lengths, scores, -1));
  return counted;
}

Tensor added_to_scores(const AttentionMask& mask) {
  return mask.mask.defined() && mask.mask.dtype() != DType::boolean ? mask.mask : Tensor();
}

}  // namespace weft
