#include <weft/tensor/indexing/detail/indices.h>

#include <algorithm>

namespace weft {

Indices::Indices(const char* op, const Tensor& index, std::int64_t limit, Negative negative, Where caller) {
  check<DtypeError>(index.defined() && !is_floating(index.dtype()) && index.dtype() != DType::boolean, caller, op,
                    ": an index must be i64, i32 or u8, not ", describe(index));
  whole_ = contiguous(cast(index, DType::i64));
  data_ = whole_.data<std::int64_t>();
  const std::int64_t* end = data_ + size();
  const std::int64_t least = negative == Negative::from_end ? -limit : 0;
  const std::int64_t* found = std::find_if(data_, end, [=](std::int64_t i) { return i < least || i >= limit; });
  if (found != end) {
    const Shape position = index_at(index.shape(), found - data_);
    check<IndexError>(limit > 0, caller, op, ": index ", *found, " at position ", position, " has no valid value: the size is 0");
    check<IndexError>(false, caller, op, ": index ", *found, " at position ", position, " is outside ", least, "..", limit - 1);
  }
  if (negative == Negative::refused || std::none_of(data_, end, [](std::int64_t i) { return i < 0; })) return;
  Tensor counted(whole_.shape(), DType::i64);
  std::transform(data_, end, counted.output<std::int64_t>(), [limit](std::int64_t i) { return i < 0 ? i + limit : i; });
  whole_ = counted;
  data_ = whole_.data<std::int64_t>();
}

}  // namespace weft
