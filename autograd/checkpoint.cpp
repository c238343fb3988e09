#include <weft/autograd/checkpoint.h>
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

}  // namespace

std::vector<Variable> checkpoint(const VariableFunction& function, const std::vector<Variable>& inputs, Where where) {
  std::vector<Tensor> results;
  {
    NoGrad off;
    std::vector<Variable> constants;
    for (const Variable& input : inputs) constants.push_back(input.detach());
    for (const Variable& result : function(constants)) results.push_back(result.tensor());
  }
  auto rule = [function, input_count = static_cast<int>(inputs.size()),
               output_count = static_cast<int>(results.size())](const Backward& b) {
    std::vector<Variable> again, seeds;
    for (int i = 0; i < input_count; ++i) again.push_back(b.input(i));
    for (int i = 0; i < output_count; ++i) seeds.push_back(b.grad(i));
    std::vector<Variable> gradients = gradients_of(function, again, seeds);
    return Variables(gradients.begin(), gradients.end());
  };
  Variables outputs = record_all("checkpoint", where, inputs, results, {.inputs = kAll}, rule);
  return {outputs.begin(), outputs.end()};
}

std::vector<Variable> gradients_of(const VariableFunction& function, const std::vector<Variable>& inputs,
                                   const std::vector<Variable>& seeds, Where where) {
  // The gradients are a function of inputs and seeds; as a checkpoint it has gradients itself.
  std::vector<Variable> all = inputs;
  std::vector<bool> given;
  for (const Variable& seed : seeds) {
    given.push_back(seed.defined());
    if (seed.defined()) all.push_back(seed);
  }
  std::size_t count = inputs.size();
  auto differentiate = [function, given, count](const std::vector<Variable>& values) {
    bool create_graph = grad_enabled();
    GradMode on(true);
    std::vector<Variable> leaves = as_leaves({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)});
    std::vector<Variable> results = function(leaves), reached, weights, wanted;
    std::size_t next = count;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!given[i]) continue;
      const Variable& seed = values[next++];
      if (!results[i].requires_grad()) continue;
      reached.push_back(results[i]);
      weights.push_back(seed);
    }
    std::vector<Variable> gradients(count);
    for (const Variable& each : leaves)
      if (each.requires_grad()) wanted.push_back(each);
    std::vector<Variable> found = grad(reached, wanted, {.create_graph = create_graph}, weights);
    for (std::size_t i = 0, j = 0; i < count; ++i) {
      if (leaves[i].requires_grad()) gradients[i] = found[j++];
      if (!gradients[i].defined()) gradients[i] = Variable(zeros(leaves[i].shape(), leaves[i].dtype()));
    }
    return gradients;
  };
  return checkpoint(differentiate, all, where);
}

}  // namespace weft
