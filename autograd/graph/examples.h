// How the examples of a batch stay apart on the way back through an op. See engine/sharded_gradients.h for the purpose.
#pragma once

#include <weft/tensor/base/shape.h>

#include <array>
#include <cstdint>
#include <utility>

namespace weft {

// What is known about the gradient of a value with respect to the examples of the batch.
struct ExampleLayout {
  enum class Kind : std::uint8_t {
    none,   // there is no gradient yet
    mixed,  // nothing: an op may have mixed examples
    total,  // the value is a sum over the examples, and the gradient is a number that does not depend on them
    apart,  // seen row-major, the gradient is [before, examples, ..], and the part of an example depends on that example alone
    moved   // the value has no examples but is a rearranged parameter; the question is whether the gradient is one, too
  };
  Kind kind = Kind::none;
  // That the axis is that of the examples is not only concluded from its size.
  bool proven = false;
  std::int64_t before = 0;  // of `moved`: 1 if the matrix is transposed, otherwise 0
  const char* op = "";      // that mixed the examples, or is the reason for an assumption

  static ExampleLayout mixed(const char* op = "") { return {Kind::mixed, false, 0, op}; }
  static ExampleLayout apart(std::int64_t before, bool proven, const char* op = "") { return {Kind::apart, proven, before, op}; }
  // Whether the examples are the first axis of a gradient of this shape.
  bool first(const Shape& shape, std::int64_t examples) const {
    return kind == Kind::apart && before == 1 && shape.dims() > 0 && shape[0] == examples;
  }
};

// The question of the engine: given the layout of the gradient of one output, what is that of one input's gradient?
struct ExampleFlow {
  std::int64_t examples;  // at least 2
  ExampleLayout layout;
  const Shape &output, &input;  // shapes
  int index;                    // of the input
  unsigned wanted;              // bit i: input i is not a constant

  bool is(ExampleLayout::Kind kind) const { return layout.kind == kind; }
  ExampleLayout with(std::int64_t before) const {
    return before > 0 ? ExampleLayout::apart(before, layout.proven, layout.op) : ExampleLayout::mixed();
  }
};

// The answers of ops. Each is a function of an ExampleFlow, which per_example() attaches to a gradient rule; a rule without one
// mixes examples. An answer promises for both directions that what belongs to an example depends only on this example, on
// parameters and on constants. `inputs` has bit i for input i that may have examples; for other inputs nothing is promised.
namespace examples {

// Nothing is promised.
struct Unknown {
  ExampleLayout operator()(const ExampleFlow&) const { return ExampleLayout::mixed(); }
};
// Elements keep their row-major order: y = f(x) for each element, or a reshape. `linear` ops may also be used on the total, and
// those that pass the gradient on as it is, on parameters.
struct SameOrder {
  bool linear = false;
  bool as_it_is = false;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// Each row along the last axis depends on the same row, as in linear layers and softmax, or each matrix of the last two axes on
// the same matrix.
struct Blocks {
  unsigned inputs = 1;
  int axes = 1;  // of a block
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// Entry i of the first axis depends on entry i.
struct FirstAxis {
  unsigned inputs = 1;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};

// Entry i along one axis of the output depends on entry i along one axis of the input, which the following name.
//
// Each axis stays in place; nothing is known about `axis`: slices, concatenation, running sums.
struct ButAxis {
  int axis;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// The input has no axis `axis`: stack.
struct AddedAxis {
  int axis;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// The axes in `mask` are removed, or have size 1: select, sums. A sum of all elements is a sum over the examples, if these are
// the first axis.
struct RemovedAxes {
  unsigned mask;
  bool keepdim = false;
  bool sum = false;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// Axis of[i] of the input becomes axis i.
struct PermutedAxes {
  std::array<std::int8_t, kMaxDims> of;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
struct SwappedAxes {
  int a, b;
  ExampleLayout operator()(const ExampleFlow& flow) const;
};
// The input is broadcast.
struct ExpandedAxes {
  ExampleLayout operator()(const ExampleFlow& flow) const;
};

}  // namespace examples

template <class Flow, class Rule>
struct PerExample : Rule {
  Flow flow;
  ExampleLayout examples(const ExampleFlow& asked) const { return flow(asked); }
};

// Attaches the answer to a rule, for record().
template <class Flow, class Rule>
PerExample<Flow, Rule> per_example(Flow flow, Rule rule) {
  return {std::move(rule), flow};
}

}  // namespace weft
