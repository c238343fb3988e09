#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/indexing/join.h>
#include <weft/autograd/indexing/sort.h>
#include <weft/models/seq2seq/detail/attention_losses.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/reduction/lengths.h>

namespace weft {

Variable coverage_loss(const Variable& weights, const Tensor& target_lengths, Where caller) {
  check<ShapeError>(weights.dims() == 3, caller, "coverage_loss: weights must be [batch, target time, source time], not ",
                    weights.shape());
  const std::int64_t batch = weights.size(0), time = weights.size(1), source_time = weights.size(2);
  checked_lengths("coverage_loss", target_lengths, batch, time, caller);
  const Variable nothing(zeros({batch, 1, source_time}, weights.tensor().dtype()));
  const Variable before = concat({nothing, cumsum(slice(weights, 1, 0, time - 1), 1)}, 1);  // [batch, target time, source time]
  const Tensor counts = unsqueeze(length_mask(target_lengths, time, caller), -1);
  return sum(where(counts, minimum(weights, before), 0));
}

Variable alignment_loss(const Variable& weights, const Tensor& alignment, Where caller) {
  check<ShapeError>(weights.shape() == alignment.shape(), caller, "alignment_loss: weights ", weights.shape(),
                    " and an alignment ", alignment.shape());
  check<DtypeError>(is_floating(weights.dtype()) && weights.dtype() == alignment.dtype(), caller,
                    "alignment_loss: expected one floating dtype, weights are ", weights.dtype(), ", the alignment ",
                    alignment.dtype());
  // Where the alignment is 0, as after the lengths, the weights do not count, whatever they are.
  return -sum(Variable(alignment) * log(where(alignment != 0, weights, 1.0) + 1e-9));
}

}  // namespace weft
