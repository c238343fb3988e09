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

namespace {

int from_front(int axis, int dims) { return axis < 0 ? axis + dims : axis; }

// The gradient of a tensor whose examples are axis own_axis(a) of the input, if they are axis a of the output; -1 means none.
template <class OwnAxis>
ExampleLayout follow_axis(const ExampleFlow& flow, OwnAxis own_axis) {
  if (flow.is(Kind::total)) return flow.input.numel() == 1 ? flow.layout : ExampleLayout::mixed();
  if (!flow.is(Kind::apart)) return ExampleLayout::mixed();
  std::int64_t before = 1;
  for (int axis = 0; axis < flow.output.dims(); before *= flow.output[axis++]) {
    if (before != flow.layout.before || flow.output[axis] != flow.examples) continue;
    const int own = own_axis(axis);
    if (own < 0 || own >= flow.input.dims() || flow.input[own] != flow.examples) break;
    return flow.with(rows_of(flow.input, flow.input.dims() - own));
  }
  return ExampleLayout::mixed();
}

// A matrix that consists of parameters is one when it is transposed, too.
ExampleLayout moved(const ExampleFlow& flow, bool transposed) {
  ExampleLayout layout = flow.layout;
  if (transposed) layout.before = 1 - layout.before;
  return layout;
}

}  // namespace

ExampleLayout ButAxis::operator()(const ExampleFlow& flow) const {
  const int without = from_front(axis, flow.output.dims());
  return follow_axis(flow, [&](int at) { return at == without ? -1 : at; });
}

ExampleLayout AddedAxis::operator()(const ExampleFlow& flow) const {
  const int added = from_front(axis, flow.output.dims());
  return follow_axis(flow, [&](int at) { return at == added ? -1 : at > added ? at - 1 : at; });
}

ExampleLayout RemovedAxes::operator()(const ExampleFlow& flow) const {
  if (sum && flow.is(Kind::total) && flow.input.numel() != 1)
    return flow.input[0] == flow.examples ? ExampleLayout::apart(1, false) : ExampleLayout::mixed();
  return follow_axis(flow, [&](int at) {
    if (keepdim) return mask >> at & 1u ? -1 : at;
    for (int own = 0; own < flow.input.dims(); ++own)
      if (!(mask >> own & 1u) && at-- == 0) return own;
    return -1;
  });
}

ExampleLayout PermutedAxes::operator()(const ExampleFlow& flow) const {
  if (flow.is(Kind::moved) && flow.output.dims() == 2) return moved(flow, of[0] == 1);
  return follow_axis(flow, [&](int at) { return static_cast<int>(of[static_cast<std::size_t>(at)]); });
}

ExampleLayout SwappedAxes::operator()(const ExampleFlow& flow) const {
  const int first = from_front(a, flow.output.dims()), second = from_front(b, flow.output.dims());
  if (flow.is(Kind::moved) && flow.output.dims() == 2) return moved(flow, first != second);
  return follow_axis(flow, [&](int at) { return at == first ? second : at == second ? first : at; });
}

ExampleLayout ExpandedAxes::operator()(const ExampleFlow& flow) const {
  return follow_axis(flow, [&](int at) { return at - (flow.output.dims() - flow.input.dims()); });
}

}  // namespace weft::examples
