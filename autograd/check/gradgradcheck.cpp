#include <weft/autograd/check/detail/gradcheck_subject.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/detail/joined.h>
#include <weft/tensor/runtime/float_mode.h>

namespace weft {

using detail::check_dtypes, detail::check_subject, detail::leaf_or_constant, detail::numbered, detail::of_leaves,
    detail::one_output, detail::pure, detail::random_weights, detail::Subject;

namespace {

// Returns the gradients of `outputs` with respect to the leaves among `inputs`; undefined for those that are not reached.
// seeds[i] belongs to outputs[i].
std::vector<Variable> all_gradients(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs,
                                    const std::vector<Variable>& seeds, BackwardOptions options) {
  std::vector<Variable> leaves, reached, used;
  for (const Variable& input : inputs)
    if (input.is_leaf()) leaves.push_back(input);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].requires_grad()) {
      reached.push_back(outputs[i]);
      used.push_back(seeds[i]);
    }
  if (reached.empty()) return std::vector<Variable>(leaves.size());
  return grad(reached, leaves, options, used);
}

// Returns the gradients of the leaves that are reached, as part of a graph.
std::vector<Variable> gradients(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs,
                                const std::vector<Variable>& seeds) {
  std::vector<Variable> found = all_gradients(outputs, inputs, seeds, {.create_graph = true});
  std::erase_if(found, [](const Variable& gradient) { return !gradient.defined(); });
  return found;
}

// Compares gradients taken with create_graph, which rules may compute in another way, with those taken without.
GradcheckResult compare_paths(const std::vector<Variable>& outputs, const std::vector<Variable>& inputs,
                              const std::vector<Variable>& seeds, const GradcheckOptions& options) {
  check_dtypes("gradgradcheck", inputs);
  KeepDenormals keep;
  const std::vector<Variable> plain = all_gradients(outputs, inputs, seeds, {.retain_graph = true});
  const std::vector<Variable> graph = all_gradients(outputs, inputs, seeds, {.create_graph = true});
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i].defined() != graph[i].defined())
      return {false, joined("gradgradcheck: gradient ", i, " is there with create_graph or without, but not both")};
    if (!plain[i].defined() || plain[i].numel() == 0) continue;
    const double largest = max_difference(plain[i].tensor(), zeros(plain[i].shape(), DType::f64));
    const double difference = max_difference(graph[i].tensor(), plain[i].tensor());
    if (difference <= options.tolerance * largest + 1e-12) continue;
    return {false, joined_precisely("gradgradcheck: gradient ", i, " taken with create_graph differs by ", difference,
                                    " from the one taken without, whose largest element is ", largest)};
  }
  return {};
}

std::vector<Tensor> random_seeds(const std::vector<Variable>& outputs, std::uint64_t seed) {
  std::mt19937_64 random(~seed);
  std::vector<Tensor> seeds;
  for (const Variable& output : outputs) seeds.push_back(tensor(random_weights(random, output.numel()), output.shape()));
  return seeds;
}

void append(std::vector<std::string>& names, const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
}

}  // namespace

GradcheckResult gradgradcheck(const GradcheckFunction& function, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options) {
  std::vector<Variable> arguments;
  for (const Tensor& input : inputs) arguments.push_back(leaf_or_constant(input));
  std::vector<Variable> outputs = function(arguments);
  std::vector<Tensor> seeds = random_seeds(outputs, options.seed), all = inputs;
  if (GradcheckResult paths = compare_paths(outputs, arguments, {seeds.begin(), seeds.end()}, options); !paths) return paths;
  outputs.clear();
  all.insert(all.end(), seeds.begin(), seeds.end());
  auto derivative = [function, count = static_cast<std::ptrdiff_t>(inputs.size())](const std::vector<Variable>& values) {
    GradMode enabled(true);
    std::vector<Variable> given(values.begin(), values.begin() + count);
    return gradients(function(given), given, {values.begin() + count, values.end()});
  };
  Subject subject = pure("gradgradcheck", derivative, all);
  subject.input_names = numbered("input ", inputs.size());
  append(subject.input_names, numbered("gradient of output ", seeds.size()));
  return check_subject(subject, options);
}

GradcheckResult gradgradcheck(const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options) {
  return gradgradcheck(one_output(function), inputs, options);
}

GradcheckResult gradgradcheck(const std::function<Variable()>& function, const std::vector<Variable>& leaves,
                              const GradcheckOptions& options) {
  Variable output = function(), seed = leaf(random_seeds({output}, options.seed)[0]);
  if (GradcheckResult paths = compare_paths({output}, leaves, {seed.detach()}, options); !paths) return paths;
  output = Variable();
  auto derivative = [function, leaves, seed] {
    GradMode enabled(true);
    return gradients({function()}, leaves, {seed});
  };
  std::vector<Variable> all = leaves;
  all.push_back(seed);
  Subject subject = of_leaves("gradgradcheck", derivative, all);
  subject.input_names = numbered("leaf ", leaves.size());
  subject.input_names.push_back("gradient of the output");
  return check_subject(subject, options);
}

}  // namespace weft
