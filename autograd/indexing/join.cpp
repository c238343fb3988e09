#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/autograd/indexing/join.h>
#include <weft/tensor/indexing/detail/concat_parts.h>
#include <weft/tensor/indexing/detail/tile.h>

#include <algorithm>

namespace weft {

namespace {

std::vector<Tensor> tensors(std::span<const Variable> parts) {
  std::vector<Tensor> result;
  result.reserve(parts.size());
  for (const Variable& part : parts) result.push_back(part.tensor());
  return result;
}

std::span<const Variable> gradients(const Backward& b, std::size_t count) { return {&b.grad(), count}; }

}  // namespace

// Each part gets the slice of the gradient that it became.
Variable concat(std::span<const Variable> parts, int axis, Where caller) {
  const std::vector<Tensor> joined = tensors(parts);
  Tensor result = concat(joined, axis, caller);
  const int dims = joined[detail::shaping_part(joined)].dims();
  std::vector<std::int64_t> sizes;  // -1: not there
  for (const Tensor& part : joined) sizes.push_back(part.dims() == dims ? part.size(axis) : -1);
  const auto rule = [sizes, axis](const Backward& b) {
    Variables shares;
    std::int64_t start = 0;
    for (std::size_t i = 0; i < sizes.size(); start += std::max(sizes[i++], std::int64_t{0})) {
      const bool wanted = sizes[i] >= 0 && b.wants(static_cast<int>(i));
      shares.push_back(wanted ? slice(b.grad(), axis, start, start + sizes[i]) : Variable());
    }
    return shares;
  };
  return record("concat", caller, parts, result, {}, per_example(examples::ButAxis{axis}, rule));
}
Variable concat(std::initializer_list<Variable> parts, int axis, Where caller) {
  return concat(std::span(parts.begin(), parts.size()), axis, caller);
}

Variable stack(std::span<const Variable> parts, int axis, Where caller) {
  const Tensor result = stack(tensors(parts), axis, caller);
  const auto rule = [axis, count = parts.size()](const Backward& b) {
    Variables shares;
    for (std::size_t i = 0; i < count; ++i)
      shares.push_back(b.wants(static_cast<int>(i)) ? select(b.grad(), axis, static_cast<std::int64_t>(i)) : Variable());
    return shares;
  };
  return record("stack", caller, parts, result, {}, per_example(examples::AddedAxis{axis}, rule));
}
Variable stack(std::initializer_list<Variable> parts, int axis, Where caller) {
  return stack(std::span(parts.begin(), parts.size()), axis, caller);
}

std::vector<Variable> split(const Variable& x, std::span<const std::int64_t> sizes, int axis, Where caller) {
  check_defined("split", x.tensor(), caller);
  std::vector<Tensor> parts = split(x.tensor(), sizes, axis, caller);
  if (parts.empty()) return {};
  const auto rule = [axis, count = parts.size()](const Backward& b) -> Variables { return {concat(gradients(b, count), axis)}; };
  Variables results = record_all("split", caller, std::span(&x, 1), parts, {}, per_example(examples::ButAxis{axis}, rule));
  return {results.begin(), results.end()};
}
std::vector<Variable> split(const Variable& x, std::initializer_list<std::int64_t> sizes, int axis, Where caller) {
  return split(x, std::span(sizes.begin(), sizes.size()), axis, caller);
}
std::vector<Variable> split(const Variable& x, std::int64_t size, int axis, Where caller) {
  return split(x, split_sizes(x.tensor(), size, axis, caller), axis, caller);
}

std::vector<Variable> unbind(const Variable& x, int axis, Where caller) {
  check_defined("unbind", x.tensor(), caller);
  std::vector<Tensor> parts = unbind(x.tensor(), axis, caller);
  if (parts.empty()) return {};
  const auto rule = [axis, count = parts.size()](const Backward& b) -> Variables { return {stack(gradients(b, count), axis)}; };
  const unsigned removed = 1u << (axis < 0 ? axis + x.dims() : axis);
  Variables results =
      record_all("unbind", caller, std::span(&x, 1), parts, {}, per_example(examples::RemovedAxes{removed}, rule));
  return {results.begin(), results.end()};
}

// The gradient is without what was added, and has zeros for what was removed.
Variable pad(const Variable& x, std::span<const Padding> paddings, AtNumber value, Where caller) {
  check_defined("pad", x.tensor(), caller);
  Tensor result = pad(x.tensor(), paddings, value, caller);
  std::vector<Padding> back;
  for (const Padding& padding : paddings) back.push_back({-padding.before, -padding.after});
  return record("pad", caller, {x}, result, {}, [back, shape = x.shape()](const Backward& b) -> Variables {
    if (std::any_of(back.begin(), back.end(), [](const Padding& p) { return p.before > 0 || p.after > 0; }))
      return {pad(b.grad(), back)};
    Variable inside = b.grad();  // a view
    for (int i = 0; i < shape.dims(); ++i) {
      const std::int64_t start = -back[static_cast<std::size_t>(i)].before;
      inside = slice(inside, i, start, start + shape[i]);
    }
    return {inside};
  });
}
Variable pad(const Variable& x, std::initializer_list<Padding> paddings, AtNumber value, Where caller) {
  return pad(x, std::span(paddings.begin(), paddings.size()), value, caller);
}

Variable flip(const Variable& x, std::span<const int> axes, Where caller) {
  check_defined("flip", x.tensor(), caller);
  return record(
      "flip", caller, {x}, flip(x.tensor(), axes, caller), {},
      [axes = std::vector<int>(axes.begin(), axes.end())](const Backward& b) -> Variables { return {flip(b.grad(), axes)}; });
}
Variable flip(const Variable& x, std::initializer_list<int> axes, Where caller) {
  return flip(x, std::span(axes.begin(), axes.size()), caller);
}

Variable repeat(const Variable& x, const Shape& counts, Where caller) {
  check_defined("repeat", x.tensor(), caller);
  return detail::tile(x, counts, caller);
}
Variable roll(const Variable& x, std::int64_t shift, int axis, Where caller) {
  check_defined("roll", x.tensor(), caller);
  return detail::rotate(x, shift, axis, caller);
}

}  // namespace weft
