#include <weft/tensor/array/detail/overlap.h>

#include <cstdlib>
#include <functional>
#include <utility>

namespace weft {

namespace {

// The range of bytes from the first to the last element.
std::pair<const std::byte*, const std::byte*> extent(const Tensor& x) {
  std::int64_t first = 0, last = 0;
  for (int axis = 0; axis < x.dims(); ++axis) {
    const std::int64_t reach = (x.shape()[axis] - 1) * x.strides()[axis];
    (reach < 0 ? first : last) += reach;
  }
  const std::int64_t size = size_of(x.dtype());
  return {x.raw() + first * size, x.raw() + (last + 1) * size};
}

}  // namespace

bool overlap(const Tensor& a, const Tensor& b) {
  if (a.storage() != b.storage() && !a.storage()->borrowed() && !b.storage()->borrowed()) return false;
  if (a.numel() == 0 || b.numel() == 0) return false;
  const auto [a_begin, a_end] = extent(a);
  const auto [b_begin, b_end] = extent(b);
  const std::less<const std::byte*> before;
  return before(a_begin, b_end) && before(b_begin, a_end);
}

bool same_elements(const Tensor& a, const Tensor& b) {
  return a.raw() == b.raw() && a.dtype() == b.dtype() && a.shape() == b.shape() && a.strides() == b.strides();
}

// Each axis must have a stride larger than the extent of the axes with smaller strides.
void check_own_elements(const char* op, const Tensor& target, Where caller) {
  if (target.is_contiguous() || target.numel() == 0) return;
  const auto stride = [&](int axis) { return std::abs(target.strides()[axis]); };
  for (int axis = 0; axis < target.dims(); ++axis) {
    if (target.shape()[axis] == 1) continue;
    std::int64_t reach = 0;
    for (int other = 0; other < target.dims(); ++other)
      if (stride(other) < stride(axis) || (stride(other) == stride(axis) && other < axis))
        reach += stride(other) * (target.shape()[other] - 1);
    check<ValueError>(stride(axis) > reach, caller, op, ": several elements of the target ", target.shape(), " with strides ",
                      target.strides(), " share the same memory");
  }
}

}  // namespace weft
