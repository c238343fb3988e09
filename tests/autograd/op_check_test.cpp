// check_op and gradcheck reject what is wrong, in every kind of op.
#include <tests/autograd/wrong_ops.h>
#include <weft/autograd/elementwise.h>
#include <weft/autograd/node.h>
#include <weft/autograd/op_check.h>
#include <weft/tensor/create.h>
#include <weft/tensor/isa.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/parallel.h>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace weft;

namespace {

bool says(const OpCheckResult& result, const std::string& text) { return result.message.find(text) != std::string::npos; }

double tanh_reference(std::span<const double> x) { return std::tanh(x[0]); }

OpRow tanh_row(Variable (*function)(const Variable&)) {
  OpRow row = elementwise_row("tanh", [](const auto& x) { return tanh(x[0]); }, tanh_reference, {{-2, 2}});
  row.variables = [function](const std::vector<Variable>& x) { return std::vector<Variable>{function(x[0])}; };
  return row;
}

// A general op: tanh with `factor` times its gradient.
Variable recorded_tanh(const Variable& x, double factor) {
  return record("recorded_tanh", Where::here(), {x}, tanh(x.tensor()), {.outputs = kAll},
                [factor](const Backward& b) -> Variables { return {b.grad() * (factor - factor * square(b.output()))}; });
}

// A fused op: a kernel for values and first order, the composition for higher orders.
Variable fused_square_sine(const Variable& x, double kernel_factor) {
  Tensor sine = sin(x.tensor());
  return record("square_sine", Where::here(), {x}, square(sine), {.inputs = kAll},
                [kernel_factor](const Backward& b) -> Variables {
                  if (grad_enabled()) return {b.grad() * 2 * sin(b.input()) * cos(b.input())};
                  return {b.grad() * (kernel_factor * sin(2 * b.input()))};
                });
}

// Right in first order; second order misses that the output depends on x.
Variable once_tanh(const Variable& x) {
  return record("once_tanh", Where::here(), {x}, tanh(x.tensor()), {.outputs = kAll},
                [](const Backward& b) -> Variables { return {b.grad() * (1 - square(b.output().detach()))}; });
}

}  // namespace

TEST_CASE("check_op accepts right rules of each kind") {
  CHECK(check_op(tanh_row([](const Variable& x) { return tanh(x); })));
  CHECK(check_op(tanh_row([](const Variable& x) { return recorded_tanh(x, 1); })));
  CHECK(gradcheck([](const std::vector<Variable>& x) { return fused_square_sine(x[0], 1); }, {tensor({0.3, 0.9}, DType::f64)}));
}

TEST_CASE("check_op rejects an elementwise rule that is 0.1 % wrong") {
  OpCheckResult result = check_op(tanh_row([](const Variable& x) { return almost_tanh_op(x); }));
  CHECK_FALSE(result);
  CHECK(says(result, "check_op(tanh), shapes [7]: gradcheck: input 0 [7] f64, element [0]: numeric"));
}

TEST_CASE("check_op rejects a general rule that is 0.1 % wrong") {
  for (auto function :
       {+[](const Variable& x) { return recorded_tanh(x, 1.001); }, +[](const Variable& x) { return recorded_tanh(x, 0.999); }}) {
    OpCheckResult result = check_op(tanh_row(function));
    CHECK_FALSE(result);
    CHECK(says(result, "gradcheck: input 0"));
  }
}

TEST_CASE("gradcheck rejects a fused kernel that is 0.1 % wrong beside a right composition") {
  auto function = [](const std::vector<Variable>& x) { return fused_square_sine(x[0], 1.001); };
  for (const Shape& shape : {Shape{5}, Shape{40, 50}}) {
    Tensor x = reshape(arange(0.1, 0.1 + 0.0007 * (static_cast<double>(shape.numel()) - 0.5), 0.0007, DType::f64), shape);
    CHECK_FALSE(gradcheck(function, {x}));
    CHECK(gradgradcheck(function, {x}));
  }
}

TEST_CASE("gradgradcheck rejects a rule that is right in first order alone") {
  auto function = [](const std::vector<Variable>& x) { return once_tanh(x[0]); };
  Tensor x = tensor({0.2, -0.4, 1.1}, DType::f64);
  CHECK(gradcheck(function, {x}));
  GradcheckResult result = gradgradcheck(function, {x});
  CHECK_FALSE(result);
  CHECK(result.message.find("gradgradcheck: input 0 [3] f64, element [0]: numeric") == 0);
  CHECK_FALSE(check_op(tanh_row(once_tanh)));
}

TEST_CASE("check_op rejects a wrong value") {
  OpRow row = elementwise_row(
      "tanh", [](const auto& x) { return tanh(x[0]); }, [](auto x) { return std::tanh(x[0]) * (1 + 1e-12); }, {{-2, 2}});
  CHECK(says(check_op(row), "output 0 in f64 on baseline is"));
}

TEST_CASE("check_op rejects Tensors and Variables that differ") {
  OpRow row = tanh_row([](const Variable& x) { return tanh(x) * (1 + 2e-16) + 0.0; });
  row.tensors = [](const std::vector<Tensor>& x) { return std::vector<Tensor>{tanh(x[0]) * (1 + 4e-16)}; };
  CHECK(says(check_op(row), "has other bits when called with Tensors"));
}

TEST_CASE("check_op rejects an imprecise f32 kernel and names the instruction set") {
  OpRow row = elementwise_row(
      "cube root", [](const auto& x) { return pow(x[0], 1.0 / 3); }, [](auto x) { return std::cbrt(x[0]); }, {{1, 2}});
  CHECK(check_op(row));
  row.bounds.f32_value = 1e-9;
  OpCheckResult result = check_op(row);
  CHECK_FALSE(result);
  CHECK(says(result, "output 0 in f32 on baseline is"));
}

TEST_CASE("check_op rejects results that depend on the layout, the call or the threads") {
  int calls = 0;
  OpRow row = tanh_row([](const Variable& x) { return tanh(x); });
  row.variables = [](const std::vector<Variable>& x) {
    return std::vector<Variable>{x[0].tensor().is_contiguous() ? tanh(x[0]) : tanh(x[0]) * 1.0000001};
  };
  CHECK(says(check_op(row), "has other bits for strided inputs"));
  row.variables = [&](const std::vector<Variable>& x) { return std::vector<Variable>{tanh(x[0]) * (1 + 3e-16 * (++calls % 2))}; };
  CHECK(says(check_op(row), "has other bits in a second call"));
  row.variables = [](const std::vector<Variable>& x) {
    return std::vector<Variable>{threads() == 1 ? tanh(x[0]) : tanh(x[0]) * 1.0000001};
  };
  CHECK(says(check_op(row), "check_op(tanh), shapes [20011]: result 0 (outputs, then gradients) has other bits with 2 threads"));
}

TEST_CASE("check_op rejects NaN, in values and in gradients") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  OpRow row = tanh_row([](const Variable& x) { return tanh(x); });
  // In one element of several, and not the last.
  row.variables = [nan](const std::vector<Variable>& x) {
    return std::vector<Variable>{where(x[0].tensor() > 1.5, nan, tanh(x[0]))};
  };
  CHECK(says(check_op(row), "output 0 in f64 on baseline is nan off"));
  row.variables = [nan](const std::vector<Variable>& x) {
    return std::vector<Variable>{
        record("nan_slope", Where::here(), {x[0]}, tanh(x[0].tensor()), {.inputs = kAll}, [nan](const Backward& b) -> Variables {
          return {where(b.input().tensor() > 1.5, nan, b.grad() * (1 - square(tanh(b.input()))))};
        })};
  };
  CHECK_FALSE(check_op(row));
}

TEST_CASE("check_op rejects an op that loses its gradient, in f32 alone too") {
  OpRow row = tanh_row([](const Variable& x) { return tanh(x.detach()); });
  CHECK(says(check_op(row), "gradcheck: input 0"));
  row = tanh_row([](const Variable& x) { return tanh(x.dtype() == DType::f32 ? x.detach() : x); });
  CHECK(says(check_op(row), "gradient 0 in f32 on baseline is missing"));
  OpRow sums = elementwise_row(
      "add", [](const auto& x) { return x[0] + x[1]; }, [](auto x) { return x[0] + x[1]; }, {{}, {}});
  sums.variables = [](const std::vector<Variable>& x) { return std::vector<Variable>{x[0].detach() + x[1].detach()}; };
  CHECK(says(check_op(sums), "gradcheck: input 0"));
}

TEST_CASE("check_op rejects outputs that are too many or too few") {
  OpRow row = tanh_row([](const Variable& x) { return tanh(x); });
  row.variables = [](const std::vector<Variable>& x) { return std::vector<Variable>{tanh(x[0]), x[0]}; };
  CHECK(says(check_op(row), "2 outputs, the reference has 1"));
  row.variables = [](const std::vector<Variable>&) { return std::vector<Variable>{}; };
  CHECK(says(check_op(row), "0 outputs, the reference has 1"));
}

TEST_CASE("check_op compares values with the reference on every instruction set") {
  OpRow row = tanh_row([](const Variable& x) { return isa() == Isa::baseline ? tanh(x) * (1 + 1e-12) : tanh(x); });
  row.tensors = {};
  CHECK(says(check_op(row), "output 0 in f64 on baseline is"));
}
