#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

namespace weft {

namespace {

Variable record_reshape(const char* op, const Variable& x, const Tensor& result, Where caller) {
  return record(op, caller, {x}, result, {},
                per_example(examples::SameOrder{.linear = true, .as_it_is = true},
                            [shape = x.shape()](const Backward& b) -> Variables { return {reshape(b.grad(), shape)}; }));
}

}  // namespace

Variable reshape(const Variable& x, const Shape& shape, Where caller) {
  check_defined("reshape", x.tensor(), caller);
  return record_reshape("reshape", x, reshape(x.tensor(), shape, caller), caller);
}
Variable squeeze(const Variable& x, int axis, Where caller) {
  check_defined("squeeze", x.tensor(), caller);
  return record_reshape("squeeze", x, squeeze(x.tensor(), axis, caller), caller);
}
Variable unsqueeze(const Variable& x, int axis, Where caller) {
  check_defined("unsqueeze", x.tensor(), caller);
  return record_reshape("unsqueeze", x, unsqueeze(x.tensor(), axis, caller), caller);
}

Variable transpose(const Variable& x, int axis_a, int axis_b, Where caller) {
  check_defined("transpose", x.tensor(), caller);
  const auto rule = [axis_a, axis_b](const Backward& b) -> Variables { return {transpose(b.grad(), axis_a, axis_b)}; };
  return record("transpose", caller, {x}, transpose(x.tensor(), axis_a, axis_b, caller), {},
                per_example(examples::SwappedAxes{axis_a, axis_b}, rule));
}

Variable permute(const Variable& x, std::initializer_list<int> order, Where caller) {
  return permute(x, std::span(order.begin(), order.size()), caller);
}

Variable permute(const Variable& x, std::span<const int> order, Where caller) {
  check_defined("permute", x.tensor(), caller);
  Tensor result = permute(x.tensor(), order, caller);
  std::array<int, kMaxDims> inverse{};
  examples::PermutedAxes flow{};
  for (int i = 0; i < x.dims(); ++i) {
    int axis = order[static_cast<std::size_t>(i)];
    if (axis < 0) axis += x.dims();
    inverse[static_cast<std::size_t>(axis)] = i;
    flow.of[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(axis);
  }
  const auto rule = [inverse, dims = order.size()](const Backward& b) -> Variables {
    return {permute(b.grad(), std::span(inverse.data(), dims))};
  };
  return record("permute", caller, {x}, result, {}, per_example(flow, rule));
}

Variable slice(const Variable& x, int axis, std::int64_t start, std::int64_t stop, std::int64_t step, Where caller) {
  check_defined("slice", x.tensor(), caller);
  Tensor result = slice(x.tensor(), axis, start, stop, step, caller);
  std::int64_t first = slice_range(x.size(axis), start, stop, step).start;
  const auto rule = [shape = x.shape(), axis, first, step](const Backward& b) -> Variables {
    return {place(b.grad(), shape, axis, first, step)};
  };
  return record("slice", caller, {x}, result, {}, per_example(examples::ButAxis{axis}, rule));
}

Variable place(const Variable& x, const Shape& shape, int axis, std::int64_t start, std::int64_t step, Where caller) {
  Tensor result = zeros(shape, x.dtype());
  std::int64_t count = x.size(axis), end = start + count * step;
  Tensor target = count ? slice(result, axis, start, end < 0 ? kEnd : end, step, caller) : Tensor();
  if (count) copy_to(target, x.tensor(), caller);
  const auto rule = [axis, start, end, step](const Backward& b) -> Variables {
    return {slice(b.grad(), axis, start, end < 0 ? kEnd : end, step)};
  };
  return record("place", caller, {x}, result, {}, per_example(examples::ButAxis{axis}, rule));
}

Variable select(const Variable& x, int axis, std::int64_t index, Where caller) {
  check_defined("select", x.tensor(), caller);
  Tensor result = select(x.tensor(), axis, index, caller);
  std::int64_t first = index < 0 ? index + x.size(axis) : index;
  int a = axis < 0 ? axis + x.dims() : axis;
  const auto rule = [shape = x.shape(), a, first](const Backward& b) -> Variables {
    return {place(unsqueeze(b.grad(), a), shape, a, first, 1)};
  };
  return record("select", caller, {x}, result, {}, per_example(examples::RemovedAxes{1u << a}, rule));
}

Variable expand(const Variable& x, const Shape& shape, Where caller) {
  check_defined("expand", x.tensor(), caller);
  return record("expand", caller, {x}, expand(x.tensor(), shape, caller), {},
                per_example(examples::ExpandedAxes(),
                            [shape = x.shape()](const Backward& b) -> Variables { return {b.sum_to(0, b.grad(), shape)}; }));
}

}  // namespace weft
