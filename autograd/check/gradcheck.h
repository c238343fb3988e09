// Gradient checks: the gradients of a function against differences of its values.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weft {

struct GradcheckOptions {
  // Allowed difference, relative to the sum of |gradient * direction| over the elements.
  double tolerance = 1e-6;
  // Step of the central differences; they are extrapolated from it and its half, so that the error is of order step^4. Inputs
  // must stay this far from kinks.
  double step = 1e-4;
  // Inputs of at most this many elements are checked element by element, larger ones along random directions.
  std::int64_t elementwise_up_to = 24;
  int directions = 2;
  std::uint64_t seed = 1;  // of the random directions and output gradients
};

// What a check found.
struct GradcheckResult {
  bool ok = true;
  std::string message;  // what is wrong: the input, the direction, the numeric and the analytic derivative

  explicit operator bool() const { return ok; }
};

using GradcheckFunction = std::function<std::vector<Variable>(const std::vector<Variable>&)>;
using GradcheckScalarFunction = std::function<Variable(const std::vector<Variable>&)>;

// Whether the gradients of `function` at `inputs` are right: with u a random gradient of the outputs and d a direction,
//     <grad, d> = d/dh <u, function(x + h d)>.
// Also that gradients have the shape and dtype of their inputs, that a second backward pass gives the same bits, that inputs are
// not changed and that no graph node is left alive. Floating inputs are f64 and are differentiated, others are constants. The
// function must be pure and smooth near the inputs; it runs many times. Throws DtypeError for f32 inputs and outputs.
GradcheckResult gradcheck(const GradcheckFunction& function, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});
GradcheckResult gradcheck(const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});

// The same for a function of f64 leaves that exist already, such as a model's parameters. The check writes to their memory and
// restores it.
GradcheckResult gradcheck(const std::function<Variable()>& function, const std::vector<Variable>& leaves,
                          const GradcheckOptions& options = {});

// Second order: gradcheck of the gradients, as a function of the inputs and of the outputs' gradients. Also that gradients taken
// with create_graph, which rules may compute in another way, are those taken without.
GradcheckResult gradgradcheck(const GradcheckFunction& function, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options = {});
GradcheckResult gradgradcheck(const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs,
                              const GradcheckOptions& options = {});
GradcheckResult gradgradcheck(const std::function<Variable()>& function, const std::vector<Variable>& leaves,
                              const GradcheckOptions& options = {});

inline std::ostream& operator<<(std::ostream& out, const GradcheckResult& result) {
  return out << (result.ok ? "ok" : result.message);
}

}  // namespace weft
