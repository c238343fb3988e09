#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/base/detail/promote.h>
#include <weft/tensor/indexing/detail/concat_parts.h>
#include <weft/tensor/indexing/detail/tile.h>
#include <weft/tensor/indexing/join.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>

namespace weft {

namespace {

constexpr std::int64_t kGrainBytes = 1 << 17;

Shape joined_shape(const char* op, std::span<const Tensor> parts, int axis, Where caller) {
  const Tensor& first = parts[0];
  Shape shape = first.shape();
  shape[axis] = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Tensor& part = parts[i];
    check<ValueError>(part.defined(), caller, op, ": part ", i, " is undefined");
    check<DtypeError>(part.dtype() == first.dtype(), caller, op, ": dtypes differ: part 0 is ", first.dtype(), ", part ", i,
                      " is ", part.dtype());
    Shape other = part.shape();
    bool fits = other.dims() == shape.dims();
    if (fits) other[axis] = first.shape()[axis];
    check<ShapeError>(fits && other == first.shape(), caller, op, ": shapes differ outside axis ", axis, ": part 0 is ",
                      first.shape(), ", part ", i, " is ", part.shape());
    shape[axis] += part.shape()[axis];
  }
  return shape;
}

// Copies a contiguous part to its place in each block of `block` bytes of the result.
void place_blocks(std::byte* to, std::int64_t block, const Tensor& part, std::int64_t outer) {
  if (part.numel() == 0) return;
  std::int64_t bytes = part.numel() * size_of(part.dtype()) / outer;
  const std::byte* from = part.raw();
  parallel_for(outer, std::max<std::int64_t>(1, kGrainBytes / bytes), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) std::memcpy(to + i * block, from + i * bytes, static_cast<std::size_t>(bytes));
  });
}

// Joins the parts along axis a, which is counted from the front.
Tensor join(const char* op, std::span<const Tensor> parts, int a, Where caller) {
  OpScope profile(op, caller, parts);
  Shape shape = joined_shape(op, parts, a, caller);
  Tensor result(shape, parts[0].dtype(), caller);
  std::int64_t outer = 1, inner = size_of(result.dtype()), start = 0;
  for (int i = 0; i < a; ++i) outer *= shape[i];
  for (int i = a + 1; i < shape.dims(); ++i) inner *= shape[i];
  for (const Tensor& part : parts) {
    std::int64_t size = part.shape()[a];
    if (part.is_contiguous()) {
      place_blocks(result.raw_output() + start * inner, shape[a] * inner, part, outer);
    } else {
      Tensor target = slice(result, a, start, start + size);
      copy_to(target, part, caller);
    }
    start += size;
  }
  return result;
}

void check_parts(const char* op, std::span<const Tensor> parts, Where caller) {
  for (std::size_t i = 0; i < parts.size(); ++i) check<ValueError>(parts[i].defined(), caller, op, ": part ", i, " is undefined");
}

}  // namespace

std::size_t detail::shaping_part(std::span<const Tensor> parts) {
  const auto has_shape = [](const Tensor& part) { return !(part.defined() && part.shape() == Shape{0}); };
  const auto found = std::find_if(parts.begin(), parts.end(), has_shape);
  return found == parts.end() ? 0 : static_cast<std::size_t>(found - parts.begin());
}

Tensor concat(std::span<const Tensor> parts, int axis, Where caller) {
  check<ValueError>(!parts.empty(), caller, "concat: no parts");
  check_parts("concat", parts, caller);
  const Tensor& shaping = parts[detail::shaping_part(parts)];
  const int a = normalize_axis("concat", axis, shaping, caller);
  const auto is_none = [&](const Tensor& part) {
    return part.shape() == Shape{0} && part.dtype() == shaping.dtype() && shaping.dims() != 1;
  };
  if (std::none_of(parts.begin(), parts.end(), is_none)) return join("concat", parts, a, caller);
  std::vector<Tensor> counted;
  std::remove_copy_if(parts.begin(), parts.end(), std::back_inserter(counted), is_none);
  return join("concat", counted, a, caller);
}
Tensor concat(std::initializer_list<Tensor> parts, int axis, Where caller) {
  return concat(std::span(parts.begin(), parts.size()), axis, caller);
}

Tensor stack(std::span<const Tensor> parts, int axis, Where caller) {
  check<ValueError>(!parts.empty(), caller, "stack: no parts");
  check_parts("stack", parts, caller);
  int a = normalize_axis("stack", axis, parts[0].dims() + 1, caller);
  std::vector<Tensor> raised;
  raised.reserve(parts.size());
  for (const Tensor& part : parts) {
    check<ShapeError>(part.shape() == parts[0].shape(), caller, "stack: shapes differ: part 0 is ", parts[0].shape(), ", part ",
                      raised.size(), " is ", part.shape());
    raised.push_back(unsqueeze(part, a, caller));
  }
  return join("stack", raised, a, caller);
}
Tensor stack(std::initializer_list<Tensor> parts, int axis, Where caller) {
  return stack(std::span(parts.begin(), parts.size()), axis, caller);
}

std::vector<Tensor> split(const Tensor& x, std::span<const std::int64_t> sizes, int axis, Where caller) {
  int a = normalize_axis("split", axis, x, caller);
  std::int64_t total = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}), start = 0;
  check<ShapeError>(total == x.shape()[a], caller, "split: the sizes add up to ", total, ", axis ", axis, " of ", x.shape(),
                    " has ", x.shape()[a]);
  std::vector<Tensor> parts;
  parts.reserve(sizes.size());
  for (std::int64_t size : sizes) {
    check<ShapeError>(size >= 0, caller, "split: a size is negative: ", size);
    parts.push_back(slice(x, a, start, start + size, 1, caller));
    start += size;
  }
  return parts;
}
std::vector<Tensor> split(const Tensor& x, std::initializer_list<std::int64_t> sizes, int axis, Where caller) {
  return split(x, std::span(sizes.begin(), sizes.size()), axis, caller);
}

std::vector<std::int64_t> split_sizes(const Tensor& x, std::int64_t size, int axis, Where caller) {
  check_defined("split", x, caller);
  check<ValueError>(size >= 1, caller, "split: the size of a piece must be at least 1, not ", size);
  std::int64_t count = x.shape()[normalize_axis("split", axis, x, caller)];
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(count / size), size);
  if (count % size || count == 0) sizes.push_back(count % size);
  return sizes;
}
std::vector<Tensor> split(const Tensor& x, std::int64_t size, int axis, Where caller) {
  return split(x, split_sizes(x, size, axis, caller), axis, caller);
}

std::vector<Tensor> unbind(const Tensor& x, int axis, Where caller) {
  int a = normalize_axis("unbind", axis, x, caller);
  std::vector<Tensor> parts;
  parts.reserve(static_cast<std::size_t>(x.shape()[a]));
  for (std::int64_t i = 0; i < x.shape()[a]; ++i) parts.push_back(select(x, a, i, caller));
  return parts;
}

Tensor pad(const Tensor& x, std::span<const Padding> paddings, AtNumber value, Where caller) {
  OpScope profile("pad", caller, x);
  check_defined("pad", x, caller);
  check<ShapeError>(std::ssize(paddings) == x.dims(), caller, "pad: ", paddings.size(), " paddings for shape ", x.shape());
  check_holds("pad", x.dtype(), value.value, caller);
  Tensor kept = x;
  Shape shape = x.shape();
  for (int i = 0; i < x.dims(); ++i) {
    auto [before, after] = paddings[static_cast<std::size_t>(i)];
    const std::int64_t size = shape[i], first = std::max(-std::max(before, -size - 1), std::int64_t{0}),
                       last = size - std::max(-std::max(after, -size - 1), std::int64_t{0});
    check<ShapeError>(first <= last, caller, "pad: axis ", i, " of ", x.shape(), " is too short for the padding ", before, ", ",
                      after);
    kept = slice(kept, i, first, last);
    shape[i] = last - first + checked_numel("pad", {std::max(before, std::int64_t{0})}, caller) +
               checked_numel("pad", {std::max(after, std::int64_t{0})}, caller);
  }
  Tensor result = full(shape, value.value, x.dtype(), caller), inside = result;
  for (int i = 0; i < x.dims(); ++i) {
    const std::int64_t before = std::max(paddings[static_cast<std::size_t>(i)].before, std::int64_t{0});
    inside = slice(inside, i, before, before + kept.shape()[i]);
  }
  copy_to(inside, kept, caller);
  return result;
}
Tensor pad(const Tensor& x, std::initializer_list<Padding> paddings, AtNumber value, Where caller) {
  return pad(x, std::span(paddings.begin(), paddings.size()), value, caller);
}

Tensor flip(const Tensor& x, std::span<const int> axes, Where caller) {
  check_defined("flip", x, caller);
  Tensor result = x;
  unsigned seen = 0;
  for (int axis : axes) {
    int a = normalize_axis("flip", axis, std::max(x.dims(), 1), caller);
    check<ValueError>(!(seen >> a & 1u), caller, "flip: axis ", axis, " is given twice");
    seen |= 1u << a;
    if (x.dims() > 0) result = slice(result, a, -1, kEnd, -1, caller);
  }
  return result;
}
Tensor flip(const Tensor& x, std::initializer_list<int> axes, Where caller) {
  return flip(x, std::span(axes.begin(), axes.size()), caller);
}

Tensor repeat(const Tensor& x, const Shape& counts, Where caller) {
  check_defined("repeat", x, caller);
  return detail::tile(x, counts, caller);
}
Tensor roll(const Tensor& x, std::int64_t shift, int axis, Where caller) {
  check_defined("roll", x, caller);
  return detail::rotate(x, shift, axis, caller);
}

}  // namespace weft
