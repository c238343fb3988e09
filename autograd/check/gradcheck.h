// Gradient checks: compare the gradients of a function with differences of its values.
#pragma once

#include <weft/autograd/graph/variable.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weft {

struct GradcheckOptions {
  // The allowed difference, relative to the sum of |gradient * direction| over the elements.
  double tolerance = 1e-6;
  // The step of the central differences. They are extrapolated from this step and half of it, so that the error is of order
  // step^4. Inputs must be at least this far from kinks.
  double step = 1e-4;
  // Inputs of at most this many elements are checked element by element, larger ones along random directions.
  std::int64_t elementwise_up_to = 24;
  int directions = 2;
  std::uint64_t seed = 1;  // for the random directions and output gradients
};

// The result of a check.
struct GradcheckResult {
  bool ok = true;
  std::string message;  // what is wrong: the input, the direction, the numeric and the analytic derivative

  explicit operator bool() const { return ok; }
};

using GradcheckFunction = std::function<std::vector<Variable>(const std::vector<Variable>&)>;
using GradcheckScalarFunction = std::function<Variable(const std::vector<Variable>&)>;

// Checks that the gradients of `function` at `inputs` are correct: with a random gradient u of the outputs and a direction d,
//     <grad, d> = d/dh <u, function(x + h d)>.
// Also checks that gradients have the shape and dtype of their inputs, that a second backward pass gives the same bits, that
// inputs are not changed and that no graph node stays alive. Floating inputs must be f64 and are differentiated; others are
// constants. The function must be pure, and smooth near the inputs; it is called many times. Throws DtypeError for f32 inputs and
// outputs.
GradcheckResult gradcheck(const GradcheckFunction& function, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});
GradcheckResult gradcheck(const GradcheckScalarFunction& function, const std::vector<Tensor>& inputs,
                          const GradcheckOptions& options = {});

// The same for a function of existing f64 leaves, such as a model's parameters. The check writes to their memory and restores it.
GradcheckResult gradcheck(const std::function<Variable()>& function, const std::vector<Variable>& leaves,
                          const GradcheckOptions& options = {});

// Second order: gradcheck of the gradients, as a function of the inputs and of the outputs' gradients. Also checks that gradients
// taken with create_graph, which rules may compute in another way, are equal to those taken without.
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
