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
Variable concat(std::span<const Variable> parts, int axis, Where where) {
  const std::vector<Tensor> joined = tensors(parts);
  Tensor result = concat(joined, axis, where);
  const int dims = joined[detail::shaping_part(joined)].dims();
  std::vector<std::int64_t> sizes;  // -1: not there
  for (const Tensor& part : joined) sizes.push_back(part.dims() == dims ? part.size(axis) : -1);
  return record("concat", where, parts, result, {}, [sizes, axis](const Backward& b) {
    Variables shares;
    std::int64_t start = 0;
    for (std::size_t i = 0; i < sizes.size(); start += std::max(sizes[i++], std::int64_t{0})) {
      const bool wanted = sizes[i] >= 0 && b.wants(static_cast<int>(i));
      shares.push_back(wanted ? slice(b.grad(), axis, start, start + sizes[i]) : Variable());
    }
    return shares;
  });
}
Variable concat(std::initializer_list<Variable> parts, int axis, Where where) {
  return concat(std::span(parts.begin(), parts.size()), axis, where);
}

Variable stack(std::span<const Variable> parts, int axis, Where where) {
  return record("stack", where, parts, stack(tensors(parts), axis, where), {}, [axis, count = parts.size()](const Backward& b) {
    Variables shares;
    for (std::size_t i = 0; i < count; ++i)
      shares.push_back(b.wants(static_cast<int>(i)) ? select(b.grad(), axis, static_cast<std::int64_t>(i)) : Variable());
    return shares;
  });
}
Variable stack(std::initializer_list<Variable> parts, int axis, Where where) {
  return stack(std::span(parts.begin(), parts.size()), axis, where);
}

std::vector<Variable> split(const Variable& x, std::span<const std::int64_t> sizes, int axis, Where where) {
  check_defined("split", x.tensor(), where);
  std::vector<Tensor> parts = split(x.tensor(), sizes, axis, where);
  if (parts.empty()) return {};
  Variables results =
      record_all("split", where, std::span(&x, 1), parts, {},
                 [axis, count = parts.size()](const Backward& b) -> Variables { return {concat(gradients(b, count), axis)}; });
  return {results.begin(), results.end()};
}
std::vector<Variable> split(const Variable& x, std::initializer_list<std::int64_t> sizes, int axis, Where where) {
  return split(x, std::span(sizes.begin(), sizes.size()), axis, where);
}
std::vector<Variable> split(const Variable& x, std::int64_t size, int axis, Where where) {
  return split(x, split_sizes(x.tensor(), size, axis, where), axis, where);
}

std::vector<Variable> unbind(const Variable& x, int axis, Where where) {
  check_defined("unbind", x.tensor(), where);
  std::vector<Tensor> parts = unbind(x.tensor(), axis, where);
  if (parts.empty()) return {};
  Variables results =
      record_all("unbind", where, std::span(&x, 1), parts, {},
                 [axis, count = parts.size()](const Backward& b) -> Variables { return {stack(gradients(b, count), axis)}; });
  return {results.begin(), results.end()};
}

// What was added is taken away from the gradient, and zeros stand where something was taken away.
Variable pad(const Variable& x, std::span<const Padding> paddings, AtNumber value, Where where) {
  check_defined("pad", x.tensor(), where);
  Tensor result = pad(x.tensor(), paddings, value, where);
  std::vector<Padding> back;
  for (const Padding& padding : paddings) back.push_back({-padding.before, -padding.after});
  return record("pad", where, {x}, result, {}, [back, shape = x.shape()](const Backward& b) -> Variables {
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
Variable pad(const Variable& x, std::initializer_list<Padding> paddings, AtNumber value, Where where) {
  return pad(x, std::span(paddings.begin(), paddings.size()), value, where);
}

Variable flip(const Variable& x, std::span<const int> axes, Where where) {
  check_defined("flip", x.tensor(), where);
  return record(
      "flip", where, {x}, flip(x.tensor(), axes, where), {},
      [axes = std::vector<int>(axes.begin(), axes.end())](const Backward& b) -> Variables { return {flip(b.grad(), axes)}; });
}
Variable flip(const Variable& x, std::initializer_list<int> axes, Where where) {
  return flip(x, std::span(axes.begin(), axes.size()), where);
}

Variable repeat(const Variable& x, const Shape& counts, Where where) {
  check_defined("repeat", x.tensor(), where);
  return detail::tile(x, counts, where);
}
Variable roll(const Variable& x, std::int64_t shift, int axis, Where where) {
  check_defined("roll", x.tensor(), where);
  return detail::rotate(x, shift, axis, where);
}

}  // namespace weft
