#include <weft/tensor/indices.h>

#include <algorithm>

namespace weft {

Indices::Indices(const char* op, const Tensor& index, std::int64_t limit, Where where) {
  check<DtypeError>(index.defined() && !is_floating(index.dtype()) && index.dtype() != DType::boolean, where, op,
                    ": an index is i64, i32 or u8, not ", describe(index));
  whole_ = contiguous(cast(index, DType::i64));
  data_ = whole_.data<std::int64_t>();
  auto outside = [limit](std::int64_t i) { return i < 0 || i >= limit; };
  const std::int64_t* found = std::find_if(data_, data_ + size(), outside);
  if (found != data_ + size())
    check<IndexError>(false, where, op, ": index ", *found, " at position ", index_at(index.shape(), found - data_),
                      limit > 0 ? " is outside 0.." : " has no valid value: the size is ", limit > 0 ? limit - 1 : limit);
}

}  // namespace weft
