#include <weft/autograd/check/detail/gradcheck_subject.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/detail/joined.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace weft {

using detail::Numbers, detail::one_output, detail::random_weights, detail::Subject;

namespace {

Numbers numbers_of(const Tensor& x) {
  Tensor flat = contiguous(x);
  auto span = flat.span<double>();
  return {span.begin(), span.end()};
}

// x + step * direction
Tensor moved(const Tensor& x, double step, const Numbers& direction) {
  Tensor result = clone(x);
  double* to = result.output<double>();
  for (std::size_t i = 0; i < direction.size(); ++i) to[i] += step * direction[i];
  return result;
}

class Check {
 public:
  Check(const Subject& subject, const GradcheckOptions& options) : subject_(subject), options_(options), random_(options.seed) {}

  GradcheckResult run() {
    std::int64_t nodes = live_nodes();
    std::vector<Tensor> before;
    for (const Variable& input : subject_.inputs) before.push_back(clone(input.tensor()));
    if (!analytic()) return result_;
    for (std::size_t i = 0; i < subject_.inputs.size(); ++i)
      if (!equal_bits(before[i], contiguous(subject_.inputs[i].tensor())))
        return fail(subject_.input_names[i], " was changed by the function");
    if (live_nodes() > nodes) return fail(live_nodes() - nodes, " graph nodes are left alive after the backward pass");
    for (std::size_t i = 0; i < subject_.inputs.size() && result_.ok; ++i)
      if (subject_.inputs[i].is_leaf()) compare(i);
    return result_;
  }

 private:
  template <class... Parts>
  GradcheckResult fail(const Parts&... parts) {
    return result_ = {false, joined_precisely(subject_.name, ": ", parts...)};
  }

  // Sets gradients_ to the gradients of sum(outputs * weights).
  bool analytic() {
    GradMode enabled(true);
    std::vector<Variable> leaves;
    for (const Variable& input : subject_.inputs)
      if (input.is_leaf()) leaves.push_back(input);
    std::vector<Variable> outputs = subject_.run(), reached, seeds;
    for (const Variable& output : outputs) {
      check<DtypeError>(output.dtype() == DType::f64, {}, subject_.name, ": an output is ", output.dtype(), ", not f64");
      weights_.push_back(random_weights(random_, output.numel()));
      if (!output.requires_grad()) continue;
      reached.push_back(output);
      seeds.emplace_back(tensor(weights_.back(), output.shape()));
    }
    if (reached.empty()) {
      gradients_.resize(leaves.size());
      return true;
    }
    gradients_ = grad(reached, leaves, {.retain_graph = true}, seeds);
    return repeats(grad(reached, leaves, {}, seeds), leaves) && well_formed(leaves);
  }

  bool repeats(const std::vector<Variable>& again, const std::vector<Variable>& leaves) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      bool same = gradients_[i].defined() == again[i].defined() &&
                  (!again[i].defined() || equal_bits(contiguous(gradients_[i].tensor()), contiguous(again[i].tensor())));
      if (!same) return fail("gradient ", i, " has different bits in a second backward pass").ok;
    }
    return true;
  }

  bool well_formed(const std::vector<Variable>& leaves) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const Variable &gradient = gradients_[i], &input = leaves[i];
      if (gradient.defined() && (gradient.shape() != input.shape() || gradient.dtype() != input.dtype()))
        return fail("gradient ", i, " is ", describe(gradient.tensor()), ", its input ", describe(input.tensor())).ok;
    }
    return true;
  }

  void compare(std::size_t input) {
    const Tensor& x = subject_.inputs[input].tensor();
    const Variable& gradient = gradients_[leaf_index(input)];
    Numbers slopes = gradient.defined() ? numbers_of(gradient.tensor()) : Numbers(static_cast<std::size_t>(x.numel()));
    if (x.numel() > options_.elementwise_up_to) {
      for (int i = 0; i < options_.directions && result_.ok; ++i)
        compare_along(input, slopes, random_weights(random_, x.numel()), "random direction " + std::to_string(i));
      return;
    }
    for (std::int64_t element = 0; element < x.numel() && result_.ok; ++element) {
      Numbers direction(slopes.size());
      direction[static_cast<std::size_t>(element)] = 1;
      compare_along(input, slopes, direction, joined("element ", index_at(x.shape(), element)));
    }
  }

  std::size_t leaf_index(std::size_t input) const {
    return static_cast<std::size_t>(std::count_if(subject_.inputs.begin(),
                                                  subject_.inputs.begin() + static_cast<std::ptrdiff_t>(input),
                                                  [](const Variable& v) { return v.is_leaf(); }));
  }

  void compare_along(std::size_t input, const Numbers& slopes, const Numbers& direction, const std::string& text) {
    double analytic = 0, scale = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      analytic += slopes[i] * direction[i];
      scale += std::abs(slopes[i] * direction[i]);
    }
    largest_value_ = 0;
    double numeric = slope_along(input, direction);
    // The second term allows for the rounding errors of the function's values in their difference.
    double allowed = options_.tolerance * scale + 1e-3 * options_.tolerance * largest_value_ + 1e-12;
    if (std::isfinite(analytic) && std::abs(numeric - analytic) <= allowed) return;
    fail(subject_.input_names[input], ' ', describe(subject_.inputs[input].tensor()), ", ", text, ": numeric ", numeric,
         ", analytic ", analytic, " (they differ by ", std::abs(numeric - analytic), ", allowed ", allowed, ')');
  }

  // Two central differences, extrapolated to step 0 (Richardson).
  double slope_along(std::size_t input, const Numbers& direction) {
    auto difference = [&](double step) {
      return (weighted_outputs(input, direction, step) - weighted_outputs(input, direction, -step)) / (2 * step);
    };
    return (4 * difference(options_.step / 2) - difference(options_.step)) / 3;
  }

  double weighted_outputs(std::size_t input, const Numbers& direction, double step) {
    NoGrad off;
    std::vector<Variable> outputs = subject_.run_moved(input, moved(subject_.inputs[input].tensor(), step, direction));
    double sum = 0, size = 0;
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      Numbers values = numbers_of(outputs[o].tensor());
      for (std::size_t i = 0; i < values.size(); ++i) {
        sum += weights_[o][i] * values[i];
        size += std::abs(weights_[o][i] * values[i]);
      }
    }
    largest_value_ = std::max(largest_value_, size);
    return sum;
  }

  const Subject& subject_;
  GradcheckOptions options_;
  std::mt19937_64 random_;
  std::vector<Numbers> weights_;     // the gradient of each output
  std::vector<Variable> gradients_;  // of the leaves among the inputs
  double largest_value_ = 0;         // the largest sum |output * weight| along one direction
  GradcheckResult result_;
};

// Temporarily replaces the values in a tensor's memory.
class Overwrite {
 public:
  Overwrite(Tensor& tensor, const Tensor& value) : tensor_(tensor), before_(clone(tensor)) { copy_to(tensor_, value); }
  ~Overwrite() { copy_to(tensor_, before_); }
  Overwrite(const Overwrite&) = delete;
  Overwrite& operator=(const Overwrite&) = delete;

 private:
  Tensor& tensor_;
  Tensor before_;
};

}  // namespace

Numbers detail::random_weights(std::mt19937_64& random, std::int64_t count) {
  Numbers weights(static_cast<std::size_t>(count));
  for (double& weight : weights) {
    std::uint64_t bits = random();
    double size = 0.5 + 0.5 * static_cast<double>(bits >> 11) * 0x1p-53;
    weight = bits & 1 ? size : -size;
  }
  return weights;
}

void detail::check_dtypes(const std::string& name, const std::vector<Variable>& inputs) {
  for (const Variable& input : inputs)
    check<DtypeError>(!is_floating(input.dtype()) || input.dtype() == DType::f64, {}, name, ": takes f64 inputs, not ",
                      input.dtype());
}

GradcheckResult detail::check_subject(const Subject& subject, const GradcheckOptions& options) {
  check_dtypes(subject.name, subject.inputs);
  KeepDenormals keep;
  return Check(subject, options).run();
}

std::vector<std::string> detail::numbered(const char* what, std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(what + std::to_string(i));
  return names;
}

Variable detail::leaf_or_constant(const Tensor& x) { return is_floating(x.dtype()) ? leaf(x) : Variable(x); }

Subject detail::pure(const char* name, const GradcheckFunction& function, const std::vector<Tensor>& inputs) {
  Subject subject{name, {}, numbered("input ", inputs.size()), {}, {}};
  for (const Tensor& input : inputs) subject.inputs.push_back(leaf_or_constant(input));
  subject.run = [function, inputs = subject.inputs] { return function(inputs); };
  subject.run_moved = [function, inputs = subject.inputs](std::size_t i, const Tensor& value) {
    std::vector<Variable> values = inputs;
    values[i] = leaf(value);
    return function(values);
  };
  return subject;
}

Subject detail::of_leaves(const char* name, const std::function<std::vector<Variable>()>& function,
                          const std::vector<Variable>& leaves) {
  Subject subject{name, leaves, numbered("leaf ", leaves.size()), function, {}};
  subject.run_moved = [function, leaves](std::size_t i, const Tensor& value) {
    Variable input = leaves[i];
    Overwrite other(input.tensor(), value);
    return function();
  };
  return subject;
}

GradcheckFunction detail::one_output(const GradcheckScalarFunction& function) {
  return [function](const std::vector<Variable>& inputs) { return std::vector<Variable>{function(inputs)}; };
}

GradcheckResult gradcheck(const GradcheckFunction& function, const std::vector<Tensor>& inputs, const GradcheckOptions& options) {
  return detail::check_subject(detail::pure("gradcheck", function, inputs), options);
}

GradcheckResult gradcheck(const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options) {
  return gradcheck(one_output(function), inputs, options);
}

GradcheckResult gradcheck(const std::function<Variable()>& function, const std::vector<Variable>& leaves,
                          const GradcheckOptions& options) {
  return detail::check_subject(detail::of_leaves(
                                   "gradcheck", [function] { return std::vector<Variable>{function()}; }, leaves),
                               options);
}

}  // namespace weft
