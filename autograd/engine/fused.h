// record_fused(): enters an op into the graph whose gradient has a kernel, beside a rule in plain ops for higher orders.
#pragma once

#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/autograd/graph/node.h>

#include <utility>
#include <vector>

namespace weft {

// The rule of record_fused(). Both of its parts map a Backward to the gradients of the inputs. Gradients of outputs that nothing
// used may be undefined.
template <class Kernel, class Differentiable, class Flow>
struct FusedRule {
  static constexpr bool kTakesUndefined = true;
  Kernel kernel;
  Differentiable differentiable;
  Flow flow;

  Variables operator()(const Backward& b) const { return grad_enabled() ? differentiable(b) : kernel(b); }
  ExampleLayout examples(const ExampleFlow& asked) const { return flow(asked); }
};

// Enters the call of a fused op into the graph, as record_all() does. `kernel` computes the gradients fast and builds no graph.
// `differentiable` computes the same ones with ops on Variables; it runs where gradients are to have gradients (create_graph).
// Where it has no shorter form, by_definition() makes it from the op's definition. `flow` states how the examples of a batch stay
// apart; see graph/examples.h.
template <class Kernel, class Differentiable, class Flow = examples::Unknown>
Variables record_fused(const char* op, Where caller, std::span<const Variable> inputs, std::span<const Tensor> outputs, Save save,
                       Kernel kernel, Differentiable differentiable, Flow flow = {}) {
  return record_all(op, caller, inputs, outputs, save,
                    FusedRule<Kernel, Differentiable, Flow>{std::move(kernel), std::move(differentiable), flow});
}
template <class Kernel, class Differentiable, class Flow = examples::Unknown>
Variable record_fused(const char* op, Where caller, std::initializer_list<Variable> inputs, const Tensor& output, Save save,
                      Kernel kernel, Differentiable differentiable, Flow flow = {}) {
  return std::move(record_fused(op, caller, std::span(inputs.begin(), inputs.size()), std::span(&output, 1), save,
                                std::move(kernel), std::move(differentiable), flow)[0]);
}

// Gradients of any order through `definition`, the op composed of other ops: from the op's inputs, all of which were saved, to
// its outputs, each a std::vector<Variable>. It gets undefined Variables for arguments that were left out.
template <class Definition>
auto by_definition(Definition definition) {
  return [definition = std::move(definition)](const Backward& b) {
    std::vector<Variable> inputs, seeds;
    for (int i = 0; i < b.inputs(); ++i) inputs.push_back(b.input(i));
    for (int i = 0; i < b.outputs(); ++i) seeds.push_back(b.grad(i));
    std::vector<Variable> gradients = gradients_of(definition, inputs, seeds);
    for (int i = 0; i < b.inputs(); ++i)
      if (!b.wants(i)) gradients[static_cast<std::size_t>(i)] = Variable();
    return Variables(gradients.begin(), gradients.end());
  };
}

}  // namespace weft
