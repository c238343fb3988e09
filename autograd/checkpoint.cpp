#include <weft/autograd/checkpoint.h>
#include <weft/autograd/graph_leaves.h>
#include <weft/autograd/node.h>
#include <weft/tensor/create.h>

namespace weft {

namespace {

// Starts of a graph: leaves stay, so that gradients of gradients reach them; constants become leaves.
std::vector<Variable> as_leaves(const std::vector<Variable>& inputs) {
  std::vector<Variable> leaves;
  for (const Variable& input : inputs)
    leaves.push_back(input.requires_grad() || !is_floating(input.dtype()) ? input : leaf(input.tensor()));
  return leaves;
}

std::vector<Variable> constants_of(const std::vector<Variable>& inputs) {
  std::vector<Variable> constants;
  for (const Variable& input : inputs) constants.push_back(input.detach());
  return constants;
}

std::vector<Tensor> tensors_of(const std::vector<Variable>& values) {
  std::vector<Tensor> tensors;
  for (const Variable& value : values) tensors.push_back(value.tensor());
  return tensors;
}

// A function of values, and the leaves that it uses besides.
struct Used {
  VariableFunction function;
  std::vector<Variable> leaves;
};

std::vector<Variable> gradients_of(const Used& used, const std::vector<Variable>& inputs, const std::vector<Variable>& seeds,
                                   Where where);

// One node from the inputs and the leaves that are used besides.
std::vector<Variable> as_node(const Used& used, const std::vector<Variable>& inputs, const std::vector<Tensor>& results,
                              Where where) {
  std::vector<Variable> all = inputs;
  all.insert(all.end(), used.leaves.begin(), used.leaves.end());
  auto rule = [used, input_count = inputs.size(), output_count = static_cast<int>(results.size())](const Backward& b) {
    std::vector<Variable> again, seeds;
    for (std::size_t i = 0; i < input_count + used.leaves.size(); ++i) again.push_back(b.input(static_cast<int>(i)));
    again.resize(input_count);  // the leaves are looked at alone: they must not have been written since
    for (int i = 0; i < output_count; ++i) seeds.push_back(b.grad(i));
    std::vector<Variable> gradients = gradients_of(used, again, seeds, {});
    return Variables(gradients.begin(), gradients.end());
  };
  Variables outputs = record_all("checkpoint", where, all, results, {.inputs = kAll}, rule);
  return {outputs.begin(), outputs.end()};
}

// The function's results, without a graph.
std::vector<Tensor> run(const VariableFunction& function, const std::vector<Variable>& inputs) {
  NoGrad off;
  return tensors_of(function(constants_of(inputs)));
}

// The gradients by the inputs and the leaves: a function of inputs and seeds that uses the same leaves, and as a node of the
// graph it has gradients itself.
std::vector<Variable> gradients_of(const Used& used, const std::vector<Variable>& inputs, const std::vector<Variable>& seeds,
                                   Where where) {
  std::vector<Variable> all = inputs;
  std::vector<bool> given;
  for (const Variable& seed : seeds) {
    given.push_back(seed.defined());
    if (seed.defined()) all.push_back(seed);
  }
  auto differentiate = [used, given, count = inputs.size()](const std::vector<Variable>& values) {
    bool create_graph = grad_enabled();
    GradMode on(true);
    std::vector<Variable> leaves = as_leaves({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)});
    std::vector<Variable> results = used.function(leaves), reached, weights, wanted;
    leaves.insert(leaves.end(), used.leaves.begin(), used.leaves.end());
    std::size_t next = count;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!given[i]) continue;
      const Variable& seed = values[next++];
      if (!results[i].requires_grad()) continue;
      reached.push_back(results[i]);
      weights.push_back(seed);
    }
    std::vector<Variable> gradients(leaves.size());
    for (const Variable& each : leaves)
      if (each.requires_grad()) wanted.push_back(each);
    std::vector<Variable> found = grad(reached, wanted, {.create_graph = create_graph}, weights);
    for (std::size_t i = 0, j = 0; i < leaves.size(); ++i) {
      if (leaves[i].requires_grad()) gradients[i] = found[j++];
      if (!gradients[i].defined()) gradients[i] = Variable(zeros(leaves[i].shape(), leaves[i].dtype()));
    }
    return gradients;
  };
  return as_node({differentiate, used.leaves}, all, run(differentiate, all), where);
}

std::vector<Variable> leaves_besides(std::uint64_t before, const std::vector<Variable>& results, Where where) {
  std::vector<Variable> leaves;
  try {
    for (const GraphLeaf& used : graph_leaves_since(before, results, {})) leaves.push_back(used.leaf);
  } catch (const GradError& error) {
    check<GradError>(false, where, "checkpoint: in its function ", error.what(), "; pass that as an input, or detach() it");
  }
  return leaves;
}

}  // namespace

std::vector<Variable> checkpoint(const VariableFunction& function, const std::vector<Variable>& inputs, Where where) {
  if (!grad_enabled()) return as_node({function, {}}, inputs, run(function, inputs), where);
  // A graph from constants reaches the leaves alone that the function uses besides.
  const std::uint64_t before = last_node();
  std::vector<Variable> results = function(constants_of(inputs));
  return as_node({function, leaves_besides(before, results, where)}, inputs, tensors_of(results), where);
}

std::vector<Variable> gradients_of(const VariableFunction& function, const std::vector<Variable>& inputs,
                                   const std::vector<Variable>& seeds, Where where) {
  return gradients_of({function, {}}, inputs, seeds, where);
}

}  // namespace weft
