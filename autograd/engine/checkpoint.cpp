#include <weft/autograd/engine/checkpoint.h>
#include <weft/autograd/graph/detail/graph_leaves.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/detail/random_draws.h>
#include <weft/tensor/array/create.h>

#include <memory>

namespace weft {

namespace {

// The inputs of a new graph: leaves stay, so that gradients of gradients reach them. Constants become leaves, except those that
// have no gradient: integers and undefined arguments.
std::vector<Variable> as_leaves(const std::vector<Variable>& inputs) {
  std::vector<Variable> leaves;
  for (const Variable& input : inputs)
    leaves.push_back(input.requires_grad() || !input.defined() || !is_floating(input.dtype()) ? input : leaf(input.tensor()));
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

// Wraps the function so that all calls after the first draw the same random numbers as the first.
VariableFunction with_same_draws(const VariableFunction& function, const char* op, Where caller) {
  struct Call {
    RandomDraws draws;
    bool done = false;
  };
  caller = CallScope::user_line(caller);
  return [function, op, caller, first = std::make_shared<Call>()](const std::vector<Variable>& inputs) {
    if (first->done) {
      ReplayDraws replay(first->draws, op, caller);
      std::vector<Variable> results = function(inputs);
      replay.finish();
      return results;
    }
    first->draws = {};
    RecordDraws record(first->draws);
    std::vector<Variable> results = function(inputs);
    first->done = true;
    return results;
  };
}

// A function of values, and the other leaves that it uses.
struct Used {
  VariableFunction function;
  std::vector<Variable> leaves;
};

std::vector<Variable> gradients_of(const Used& used, const std::vector<Variable>& inputs, const std::vector<Variable>& seeds,
                                   Where caller);

// Records one node whose inputs are the inputs and the other leaves.
std::vector<Variable> as_node(const Used& used, const std::vector<Variable>& inputs, const std::vector<Tensor>& results,
                              Where caller) {
  std::vector<Variable> all = inputs;
  all.insert(all.end(), used.leaves.begin(), used.leaves.end());
  auto rule = [used, input_count = inputs.size()](const Backward& b) {
    std::vector<Variable> again, seeds;
    for (int i = 0; i < b.inputs(); ++i) again.push_back(b.input(i));
    again.resize(input_count);  // the saved leaves are only checked: they must not have been written since
    for (int i = 0; i < b.outputs(); ++i) seeds.push_back(b.grad(i));
    std::vector<Variable> gradients = gradients_of(used, again, seeds, {});
    return Variables(gradients.begin(), gradients.end());
  };
  Variables outputs = record_all("checkpoint", caller, all, results, {.inputs = kAll}, rule);
  return {outputs.begin(), outputs.end()};
}

// The function's results, without a graph.
std::vector<Tensor> run(const VariableFunction& function, const std::vector<Variable>& inputs) {
  NoGrad off;
  return tensors_of(function(constants_of(inputs)));
}

// Returns the gradients with respect to the inputs and the leaves. They are a function of inputs and seeds that uses the same
// leaves; recorded as a node, it can itself be differentiated.
std::vector<Variable> gradients_of(const Used& used, const std::vector<Variable>& inputs, const std::vector<Variable>& seeds,
                                   Where caller) {
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
      if (!gradients[i].defined())
        gradients[i] = leaves[i].defined() ? zeros(leaves[i].shape(), leaves[i].dtype()) : zeros({});  // the leaf was not reached
    }
    return gradients;
  };
  return as_node({differentiate, used.leaves}, all, run(differentiate, all), caller);
}

std::vector<Variable> leaves_besides(std::uint64_t before, const std::vector<Variable>& results, Where caller) {
  std::vector<Variable> leaves;
  try {
    for (const GraphLeaf& used : graph_leaves_since(before, results, {})) leaves.push_back(used.leaf);
  } catch (const GradError& error) {
    check<GradError>(false, caller, "checkpoint: in its function ", error.what(), "; pass that as an input, or detach() it");
  }
  return leaves;
}

}  // namespace

std::vector<Variable> checkpoint(const VariableFunction& function, const std::vector<Variable>& inputs, Where caller) {
  if (!grad_enabled()) return as_node({function, {}}, inputs, run(function, inputs), caller);
  // A graph built from constants reaches only the other leaves that the function uses.
  const std::uint64_t before = last_node();
  const VariableFunction same = with_same_draws(function, "checkpoint", caller);
  std::vector<Variable> results = same(constants_of(inputs));
  return as_node({same, leaves_besides(before, results, caller)}, inputs, tensors_of(results), caller);
}

std::vector<Variable> gradients_of(const VariableFunction& function, const std::vector<Variable>& inputs,
                                   const std::vector<Variable>& seeds, Where caller) {
  return gradients_of({with_same_draws(function, "gradients_of", caller), {}}, inputs, seeds, caller);
}

}  // namespace weft
