// What gradcheck and gradgradcheck share.
#pragma once

#include <weft/autograd/check/gradcheck.h>

#include <random>
#include <string>
#include <vector>

namespace weft::detail {

using Numbers = std::vector<double>;  // the elements of a tensor, row-major

// Returns random weights with absolute values in 0.5 .. 1 and either sign, so that every element has an effect.
Numbers random_weights(std::mt19937_64& random, std::int64_t count);

// A function of named inputs under check.
struct Subject {
  std::string name;
  std::vector<Variable> inputs;  // leaves are differentiated
  std::vector<std::string> input_names;
  std::function<std::vector<Variable>()> run;                                  // at the inputs
  std::function<std::vector<Variable>(std::size_t, const Tensor&)> run_moved;  // with another value of one input
};

Subject pure(const char* name, const GradcheckFunction& function, const std::vector<Tensor>& inputs);
Subject of_leaves(const char* name, const std::function<std::vector<Variable>()>& function, const std::vector<Variable>& leaves);

// Throws DtypeError unless floating inputs are f64.
void check_dtypes(const std::string& name, const std::vector<Variable>& inputs);
GradcheckResult check_subject(const Subject& subject, const GradcheckOptions& options);

Variable leaf_or_constant(const Tensor& x);
GradcheckFunction one_output(const GradcheckScalarFunction& function);
// "input 0", "input 1", ...
std::vector<std::string> numbered(const char* what, std::size_t count);

}  // namespace weft::detail
