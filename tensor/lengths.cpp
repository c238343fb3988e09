#include <weft/tensor/copy.h>
#include <weft/tensor/lengths.h>
#include <weft/tensor/profile_scope.h>

#include <algorithm>

namespace weft {

Tensor checked_lengths(const char* op, const Tensor& lengths, std::int64_t batch, std::int64_t time, Where where) {
  check<ValueError>(lengths.defined(), where, op, ": the lengths are undefined");
  check<DtypeError>(lengths.dtype() == DType::i64, where, op, ": lengths are i64, not ", lengths.dtype());
  check<ShapeError>(lengths.shape() == Shape{batch}, where, op, ": lengths have shape ", lengths.shape(), ", the batch wants ",
                    Shape{batch});
  Tensor result = contiguous(lengths);
  auto values = result.span<std::int64_t>();
  for (std::size_t i = 0; i < values.size(); ++i)
    check<IndexError>(values[i] >= 0 && values[i] <= time, where, op, ": length ", values[i], " of example ", i,
                      " is outside 0..", time);
  return result;
}

Tensor length_mask(const Tensor& lengths, std::int64_t time, Where where) {
  OpScope profile("length_mask", where, lengths);
  const std::int64_t batch = lengths.numel();
  const Tensor values = checked_lengths("length_mask", lengths, batch, time, where);
  Tensor mask({batch, time}, DType::boolean);
  bool* row = mask.output<bool>();
  for (std::int64_t length : values.span<std::int64_t>()) {
    std::fill(row, row + length, true);
    std::fill(row + length, row + time, false);
    row += time;
  }
  return mask;
}

}  // namespace weft
