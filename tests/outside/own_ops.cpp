// Runs the ops of this project on every instruction set that the processor has, and checks their values and gradients.
#include "my_ops.h"

#include <weft/autograd/check/gradcheck.h>
#include <weft/tensor/array/create.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>
#include <vector>

namespace {

using weft::Isa;
using weft::Tensor;
using weft::Variable;

int failures = 0;

void expect(bool holds, const char* what) {
  if (!holds) {
    std::cerr << "fails on " << weft::isa_name(weft::isa()) << ": " << what << '\n';
    ++failures;
  }
}

// Returns the largest difference from the formula in f64, relative to 1 + |value|.
double swish_error(const std::vector<float>& inputs) {
  Tensor y = swish(weft::tensor(inputs));
  double worst = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    double x = inputs[i], right = x / (1 + std::exp(-x));
    worst = std::max(worst, std::abs(y.span<float>()[i] - right) / (1 + std::abs(right)));
  }
  return worst;
}

void check_gradients() {
  Tensor gate = weft::tensor({{-2, -0.5, 0.1}, {0.7, 1.3, 3}}, weft::DType::f64);
  Tensor y = weft::tensor({0.4, -1.1, 2.2}, weft::DType::f64);
  Tensor x = weft::tensor({{1.5}, {-0.6}}, weft::DType::f64);
  auto blend = [](const std::vector<Variable>& in) { return swish(highway(in[0], in[1], in[2])); };
  expect(weft::gradcheck(blend, {gate, y, x}).ok, "gradcheck");
  expect(weft::gradgradcheck(blend, {gate, y, x}).ok, "gradgradcheck");
}

}  // namespace

int main() {
  std::vector<float> inputs;
  for (int i = 0; i < 1003; ++i) inputs.push_back(static_cast<float>(i - 500) * 0.02f);

  const Isa best = weft::isa();
  std::set<weft::ElementwiseFunction> kernels;
  int sets = 0;
  for (Isa isa : {Isa::baseline, Isa::avx2, Isa::avx512}) {
    if (weft::set_isa(isa) != isa) continue;
    ++sets;
    kernels.insert(swish.call().kernels.forward);
    expect(swish_error(inputs) < 1e-6, "swish's values");
    check_gradients();
  }
  weft::set_isa(best);
  expect(static_cast<int>(kernels.size()) == sets, "an instruction set has no kernel of its own");
  std::cout << "own ops run on " << weft::isa_name(weft::isa()) << ", kernels for " << kernels.size() << " instruction sets, "
            << failures << " failures\n";
  return failures ? 1 : 0;
}
