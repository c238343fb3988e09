#include <weft/autograd/graph/examples.h>

namespace weft::examples {

using Kind = ExampleLayout::Kind;

namespace {

std::int64_t rows_of(const Shape& shape, int inner) {
  std::int64_t rows = 1;
  for (int axis = 0; axis < shape.dims() - inner; ++axis) rows *= shape[axis];
  return rows;
}

}  // namespace

ExampleLayout SameOrder::operator()(const ExampleFlow& flow) const {
  if (flow.output.numel() != flow.input.numel() || (flow.is(Kind::total) && !linear) || (flow.is(Kind::moved) && !as_it_is))
    return ExampleLayout::mixed();
  return flow.layout;
}

// The input has the output's layout if both have the same blocks and an example consists of whole blocks.
ExampleLayout Blocks::operator()(const ExampleFlow& flow) const {
  if (!flow.is(Kind::apart) || !(inputs >> flow.index & 1u)) return ExampleLayout::mixed();
  if (flow.output.dims() < axes || flow.input.dims() < axes) return ExampleLayout::mixed();
  const std::int64_t blocks = rows_of(flow.output, axes);
  if (blocks != rows_of(flow.input, axes) || blocks % (flow.layout.before * flow.examples) != 0) return ExampleLayout::mixed();
  return flow.layout;
}

ExampleLayout FirstAxis::operator()(const ExampleFlow& flow) const {
  const bool stays = (inputs >> flow.index & 1u) && flow.layout.first(flow.output, flow.examples) && flow.input.dims() > 0 &&
                     flow.input[0] == flow.examples;
  return stays ? flow.layout : ExampleLayout::mixed();
}

ExampleLayout Axes::operator()(const ExampleFlow& flow) const {
  if (flow.is(Kind::moved)) {
    if (!rearranged || flow.output.dims() != 2) return ExampleLayout::mixed();
    ExampleLayout moved = flow.layout;
    if (of[0] == 1) moved.before = 1 - moved.before;
    return moved;
  }
  if (flow.is(Kind::total)) {
    if (flow.input.numel() == 1) return flow.layout;
    return sum && flow.input[0] == flow.examples ? ExampleLayout::apart(1, false) : ExampleLayout::mixed();
  }
  std::int64_t before = 1;
  for (int axis = 0; axis < flow.output.dims(); before *= flow.output[axis++]) {
    if (before != flow.layout.before || flow.output[axis] != flow.examples) continue;
    const int own = of[static_cast<std::size_t>(axis)];
    if (own < 0 || own >= flow.input.dims() || flow.input[own] != flow.examples) break;
    return flow.with(rows_of(flow.input, flow.input.dims() - own));
  }
  return ExampleLayout::mixed();
}

Axes Axes::but(int axis, int dims) {
  Axes axes;
  for (int i = 0; i < kMaxDims; ++i)
    axes.of[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i == (axis < 0 ? axis + dims : axis) ? -1 : i);
  return axes;
}

Axes Axes::added(int axis, int dims) {
  Axes axes;
  if (axis < 0) axis += dims;
  for (int i = 0; i < kMaxDims; ++i)
    axes.of[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i < axis ? i : i == axis ? -1 : i - 1);
  return axes;
}

Axes Axes::removed(unsigned mask, bool keepdim, int input_dims) {
  Axes axes;
  axes.of.fill(-1);
  std::size_t at = 0;
  for (int i = 0; i < input_dims; ++i) {
    const bool removed = mask >> i & 1u;
    if (removed && !keepdim) continue;
    axes.of[at++] = static_cast<std::int8_t>(removed ? -1 : i);
  }
  return axes;
}

Axes Axes::permuted(std::span<const int> order) {
  Axes axes;
  axes.of.fill(-1);
  for (std::size_t i = 0; i < order.size(); ++i)
    axes.of[i] = static_cast<std::int8_t>(order[i] < 0 ? order[i] + static_cast<int>(order.size()) : order[i]);
  axes.rearranged = true;
  return axes;
}

Axes Axes::swapped(int a, int b, int dims) {
  Axes axes = but(-1, 0);
  a = a < 0 ? a + dims : a;
  b = b < 0 ? b + dims : b;
  std::swap(axes.of[static_cast<std::size_t>(a)], axes.of[static_cast<std::size_t>(b)]);
  axes.rearranged = true;
  return axes;
}

Axes Axes::expanded(int output_dims, int input_dims) {
  Axes axes;
  axes.of.fill(-1);
  for (int i = output_dims - input_dims; i < output_dims; ++i)
    axes.of[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i - (output_dims - input_dims));
  return axes;
}

}  // namespace weft::examples
