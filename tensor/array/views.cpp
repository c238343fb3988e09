#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

#include <algorithm>
#include <optional>

namespace weft {

namespace {

Tensor view(const Tensor& x, std::int64_t offset, const Shape& shape, const Shape& strides) {
  return {x.storage(), x.offset() + offset, shape, strides, x.dtype()};
}

// Returns the requested shape with -1 replaced by the inferred size.
Shape resolve(const Tensor& x, Shape shape, Where caller) {
  check_defined("reshape", x, caller);
  int unknown = -1;
  for (int i = 0; i < shape.dims(); ++i) {
    check<ShapeError>(shape[i] >= 0 || (shape[i] == -1 && unknown < 0), caller, "reshape: ", shape,
                      " has more than one -1 or a negative size");
    if (shape[i] == -1) unknown = i;
  }
  if (unknown >= 0) shape[unknown] = 1;
  const std::int64_t known = checked_numel("reshape", shape, caller);
  if (unknown >= 0) shape[unknown] = known == 0 ? -1 : x.numel() / known;
  check<ShapeError>((unknown < 0 || known != 0) && shape.numel() == x.numel(), caller, "reshape: ", x.shape(), " has ", x.numel(),
                    " elements, which do not fit shape ", shape);
  return shape;
}

// Returns the strides that make x's memory read as `shape`, if there are any: each new axis must lie within one run of joined old
// axes.
std::optional<Shape> strides_for(const Tensor& x, const Shape& shape) {
  if (x.is_contiguous()) return row_major_strides(shape);
  Shape strides = Shape::filled(shape.dims(), 1);
  int old_axis = x.dims() - 1, axis = shape.dims() - 1;
  while (old_axis >= 0 && axis >= 0) {
    if (x.shape()[old_axis] == 1) {
      --old_axis;
      continue;
    }
    std::int64_t run = x.shape()[old_axis], step = x.strides()[old_axis], base = step;
    while (old_axis > 0 && (x.shape()[old_axis - 1] == 1 || x.strides()[old_axis - 1] == base * x.shape()[old_axis])) {
      --old_axis;
      if (x.shape()[old_axis] != 1) base = x.strides()[old_axis];
      run *= x.shape()[old_axis];
    }
    --old_axis;
    for (std::int64_t filled = 1; axis >= 0 && (filled < run || shape[axis] == 1); --axis) {
      strides[axis] = step * filled;
      filled *= shape[axis];
      if (run % filled) return std::nullopt;
    }
  }
  return strides;
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& wanted, Where caller) {
  Shape shape = resolve(x, wanted, caller);
  if (auto strides = strides_for(x, shape)) return view(x, 0, shape, *strides);
  return reshape(clone(x), shape, caller);
}

Tensor transpose(const Tensor& x, int axis_a, int axis_b, Where caller) {
  check_defined("transpose", x, caller);
  const int dims = std::max(x.dims(), 1);
  int a = normalize_axis("transpose", axis_a, dims, caller), b = normalize_axis("transpose", axis_b, dims, caller);
  if (x.dims() == 0) return x;
  Shape shape = x.shape(), strides = x.strides();
  std::swap(shape[a], shape[b]);
  std::swap(strides[a], strides[b]);
  return view(x, 0, shape, strides);
}

Tensor permute(const Tensor& x, std::initializer_list<int> order, Where caller) {
  return permute(x, std::span(order.begin(), order.size()), caller);
}

Tensor permute(const Tensor& x, std::span<const int> order, Where caller) {
  check_defined("permute", x, caller);
  check<ShapeError>(std::ssize(order) == x.dims(), caller, "permute: ", order.size(), " axes for shape ", x.shape());
  Shape shape = x.shape(), strides = x.strides();
  unsigned seen = 0;
  for (int i = 0; i < x.dims(); ++i) {
    int axis = normalize_axis("permute", order[static_cast<std::size_t>(i)], x.dims(), caller);
    check<ShapeError>(!(seen >> axis & 1u), caller, "permute: axis ", axis, " is given twice");
    seen |= 1u << axis;
    shape[i] = x.shape()[axis];
    strides[i] = x.strides()[axis];
  }
  return view(x, 0, shape, strides);
}

SliceRange slice_range(std::int64_t size, std::int64_t start, std::int64_t stop, std::int64_t step) {
  auto clamp = [&](std::int64_t i, std::int64_t low, std::int64_t high) { return std::clamp(i < 0 ? i + size : i, low, high); };
  if (step > 0) {
    start = clamp(start, 0, size);
    stop = stop == kEnd ? size : clamp(stop, 0, size);
    return {start, stop > start ? (stop - start - 1) / step + 1 : 0};
  }
  start = clamp(start, -1, size - 1);
  stop = stop == kEnd ? -1 : clamp(stop, -1, size - 1);
  return {start, start > stop ? (stop - start + 1) / step + 1 : 0};
}

Tensor slice(const Tensor& x, int axis, std::int64_t start, std::int64_t stop, std::int64_t step, Where caller) {
  int a = normalize_axis("slice", axis, x, caller);
  check<ValueError>(step != 0, caller, "slice: step is 0");
  SliceRange range = slice_range(x.shape()[a], start, stop, step);
  Shape shape = x.shape(), strides = x.strides();
  shape[a] = range.count;
  if (range.count > 1) strides[a] *= step;
  return view(x, range.count ? range.start * x.strides()[a] : 0, shape, strides);
}

Tensor select(const Tensor& x, int axis, std::int64_t index, Where caller) {
  int a = normalize_axis("select", axis, x, caller);
  std::int64_t size = x.shape()[a];
  check<IndexError>(index >= -size && index < size, caller, "select: index ", index, " is outside ", -size, "..", size - 1);
  Shape shape = x.shape(), strides = x.strides();
  shape.erase(a);
  strides.erase(a);
  return view(x, (index < 0 ? index + size : index) * x.strides()[a], shape, strides);
}

Tensor expand(const Tensor& x, const Shape& wanted, Where caller) {
  check_defined("expand", x, caller);
  if (wanted == x.shape()) return x;
  Shape shape = wanted, strides = Shape::filled(shape.dims(), 0);
  int offset = shape.dims() - x.dims();
  bool fits = offset >= 0;
  for (int i = 0; fits && i < shape.dims(); ++i) {
    std::int64_t size = i >= offset ? x.shape()[i - offset] : 1;
    if (shape[i] == -1 && i >= offset) shape[i] = size;
    if (i >= offset && size == shape[i]) strides[i] = x.strides()[i - offset];
    fits = shape[i] >= 0 && (size == shape[i] || size == 1);
  }
  check<ShapeError>(fits, caller, "expand: ", x.shape(), " does not broadcast to ", wanted);
  checked_numel("expand", shape, caller);
  return view(x, 0, shape, strides);
}

Tensor squeeze(const Tensor& x, int axis, Where caller) {
  check_defined("squeeze", x, caller);
  int a = normalize_axis("squeeze", axis, std::max(x.dims(), 1), caller);
  if (x.dims() == 0) return x;
  check<ShapeError>(x.shape()[a] == 1, caller, "squeeze: axis ", axis, " of ", x.shape(), " has size ", x.shape()[a], ", not 1");
  return select(x, a, 0, caller);
}

Tensor unsqueeze(const Tensor& x, int axis, Where caller) {
  check_defined("unsqueeze", x, caller);
  int a = normalize_axis("unsqueeze", axis, x.dims() + 1, caller);
  Shape shape = x.shape(), strides = x.strides();
  shape.insert(a, 1, caller);
  strides.insert(a, a < x.dims() ? x.shape()[a] * x.strides()[a] : 1);
  return view(x, 0, shape, strides);
}

}  // namespace weft
