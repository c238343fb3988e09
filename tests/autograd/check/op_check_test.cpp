// check_op and gradcheck reject errors in every kind of op.
#include <tests/autograd/check/wrong_ops.h>
#include <weft/autograd/basics/elementwise.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/op_check.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/runtime/isa.h>
#include <weft/tensor/runtime/parallel.h>

#include <doctest/doctest.h>

#include <algorithm>
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
Variable fused_square_sine(const Variable& x, double kernel_factor, double composition_factor = 1) {
  Tensor sine = sin(x.tensor());
  return record("square_sine", Where::here(), {x}, square(sine), {.inputs = kAll},
                [kernel_factor, composition_factor](const Backward& b) -> Variables {
                  if (grad_enabled()) return {b.grad() * (2 * composition_factor) * sin(b.input()) * cos(b.input())};
                  return {b.grad() * (kernel_factor * sin(2 * b.input()))};
                });
}

// Right in first order, but the second order ignores that the output depends on x.
Variable once_tanh(const Variable& x) {
  return record("once_tanh", Where::here(), {x}, tanh(x.tensor()), {.outputs = kAll},
                [](const Backward& b) -> Variables { return {b.grad() * (1 - square(b.output().detach()))}; });
}

// Martins & Astudillo 2016: max(0, x - threshold), where the largest k elements, those of which k x_k > sum_(j <= k) x_j - 1,
// make the support and threshold = (sum of the support - 1) / k. Rows of f64 or f32.
struct Support {
  double threshold;
  double distance;  // the distance of the nearest element from the edge of the support
};
Support support_of(std::vector<double> row) {
  std::sort(row.rbegin(), row.rend());
  Support support{0, std::numeric_limits<double>::infinity()};
  double total = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    total += row[k];
    const double count = static_cast<double>(k + 1), margin = 1 + count * row[k] - total;
    if (margin > 0) support.threshold = (total - 1) / count;
    support.distance = std::min(support.distance, std::abs(margin));
  }
  return support;
}

template <class F>
void for_each_row(const Tensor& x, F f) {
  const Tensor values = contiguous(cast(x, DType::f64));
  const auto all = values.span<double>();
  const auto size = static_cast<std::size_t>(x.size(-1));
  for (std::size_t at = 0; at < all.size(); at += size)
    f(support_of({all.begin() + static_cast<std::ptrdiff_t>(at), all.begin() + static_cast<std::ptrdiff_t>(at + size)}));
}

double support_distance(const Tensor& x) {
  double nearest = std::numeric_limits<double>::infinity();
  for_each_row(x, [&](const Support& support) { nearest = std::min(nearest, support.distance); });
  return nearest;
}

Tensor thresholds(const Tensor& x) {
  std::vector<double> found;
  for_each_row(x, [&](const Support& support) { found.push_back(support.threshold); });
  return cast(tensor(found, {x.size(0), 1}), x.dtype());
}

Tensor sparsemax(const Tensor& x) { return maximum(x - thresholds(x), 0); }

// dx = s (g - sum(s g) / sum(s)), with s 1 in the support.
Variable sparsemax(const Variable& x) {
  return record("sparsemax", Where::here(), {x}, sparsemax(x.tensor()), {.outputs = kAll}, [](const Backward& b) -> Variables {
    const Variable support = cast(b.output().tensor() > 0, b.grad().dtype());
    return {support * (b.grad() - sum(support * b.grad(), -1, true) / sum(support, -1, true))};
  });
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

TEST_CASE("gradcheck rejects a fused kernel that is 0.1 % wrong although the composition is right") {
  auto function = [](const std::vector<Variable>& x) { return fused_square_sine(x[0], 1.001); };
  for (const Shape& shape : {Shape{5}, Shape{40, 50}}) {
    Tensor x = reshape(arange(0.1, 0.1 + 0.0007 * (static_cast<double>(shape.numel()) - 0.5), 0.0007, DType::f64), shape);
    CHECK_FALSE(gradcheck(function, {x}));
    CHECK(gradgradcheck(function, {x}).message.find("gradgradcheck: gradient 0 taken with create_graph differs by") == 0);
  }
}

TEST_CASE("check_op and gradgradcheck reject a composition that is 0.1 % wrong although the fused kernel is right") {
  auto function = [](const std::vector<Variable>& x) { return fused_square_sine(x[0], 1, 1.001); };
  Tensor x = tensor({0.3, 0.9}, DType::f64);
  CHECK(gradcheck(function, {x}));
  GradcheckResult result = gradgradcheck(function, {x});
  CHECK_FALSE(result);
  CHECK(result.message.find("gradgradcheck: gradient 0 taken with create_graph differs by 0.000") == 0);
  Variable kept = leaf(x);
  CHECK_FALSE(gradgradcheck([&] { return sum(fused_square_sine(kept, 1, 1.001)); }, {kept}));

  OpRow row = elementwise_row(
      "square_sine", [](const auto& v) { return square(sin(v[0])); }, [](auto v) { return std::pow(std::sin(v[0]), 2); }, {{}});
  row.variables = [](const std::vector<Variable>& v) {
    return std::vector<Variable>{fused_square_sine(v[0], 1, v[0].dtype() == DType::f32 ? 1.001 : 1)};
  };
  CHECK(says(check_op(row), "check_op(square_sine), shapes []: gradient 0 taken with create_graph in f32 on baseline is"));
}

TEST_CASE("check_op rejects a gradient that create_graph loses") {
  OpRow row = tanh_row([](const Variable& x) {
    return record("tanh", Where::here(), {x}, tanh(x.tensor()), {.outputs = kAll}, [](const Backward& b) -> Variables {
      if (grad_enabled()) return {Variable()};
      return {b.grad() * (1 - square(b.output()))};
    });
  });
  CHECK(says(check_op(row), "gradgradcheck: gradient 0 is there with create_graph or without, but not both"));
}

TEST_CASE("gradgradcheck rejects a rule that is right only in first order") {
  auto function = [](const std::vector<Variable>& x) { return once_tanh(x[0]); };
  Tensor x = tensor({0.2, -0.4, 1.1}, DType::f64);
  CHECK(gradcheck(function, {x}));
  GradcheckResult result = gradgradcheck(function, {x});
  CHECK_FALSE(result);
  CHECK(result.message.find("gradgradcheck: input 0 [3] f64, element [0]: numeric") == 0);
  CHECK_FALSE(check_op(tanh_row(once_tanh)));
}

TEST_CASE("check_op accepts a right sparsemax, whose support changes between elements") {
  OpRow row = op_row(
      "sparsemax", [](const auto& x) { return sparsemax(x[0]); }, [](const std::vector<Tensor>& x) { return sparsemax(x[0]); },
      {{}}, {{{2, 3}}, {{3, 7}}, {{5, 33}}});
  row.tensors = {};
  row.kinks = [](const std::vector<Tensor>& x) { return support_distance(x[0]); };
  CHECK(check_op(row));
  // If all inputs are at a kink, the message says so.
  row.kinks = {};
  row.variables = [](const std::vector<Variable>& x) { return std::vector<Variable>{sparsemax(x[0] - x[0].detach())}; };
  row.reference = [](const std::vector<Tensor>& x) { return std::vector<Tensor>{sparsemax(x[0] * 0)}; };
  OpCheckResult result = check_op(row);
  CHECK_FALSE(result);
  CHECK(says(result, "(if the function has no derivative near these inputs, say where in OpInput::kinks or OpRow::kinks)"));
  row.kinks = [](const std::vector<Tensor>&) { return 0.0; };
  CHECK_THROWS_WITH_AS(check_op(row), doctest::Contains("check_op(sparsemax): each of 1000 draws of the inputs is within 0.001"),
                       ValueError);
}

TEST_CASE("check_op rejects a wrong value") {
  OpRow row = elementwise_row(
      "tanh", [](const auto& x) { return tanh(x[0]); }, [](auto x) { return std::tanh(x[0]) * (1 + 1e-12); }, {{-2, 2}});
  CHECK(says(check_op(row), "output 0 in f64 on baseline is"));
}

TEST_CASE("check_op rejects Tensors and Variables that differ") {
  OpRow row = tanh_row([](const Variable& x) { return tanh(x) * (1 + 2e-16) + 0.0; });
  row.tensors = [](const std::vector<Tensor>& x) { return std::vector<Tensor>{tanh(x[0]) * (1 + 4e-16)}; };
  CHECK(says(check_op(row), "has different bits when called with Tensors"));
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
  CHECK(says(check_op(row), "has different bits for strided inputs"));
  row.variables = [&](const std::vector<Variable>& x) { return std::vector<Variable>{tanh(x[0]) * (1 + 3e-16 * (++calls % 2))}; };
  CHECK(says(check_op(row), "has different bits in a second call"));
  row.variables = [](const std::vector<Variable>& x) {
    return std::vector<Variable>{threads() == 1 ? tanh(x[0]) : tanh(x[0]) * 1.0000001};
  };
  CHECK(says(check_op(row),
             "check_op(tanh), shapes [20011]: result 0 (outputs, then gradients) has different bits with 2 threads"));
}

TEST_CASE("check_op rejects NaN, in values and in gradients") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  OpRow row = tanh_row([](const Variable& x) { return tanh(x); });
  // The NaN is in one of several elements, not the last.
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

TEST_CASE("check_op rejects an op that loses its gradient, even if only in f32") {
  OpRow row = tanh_row([](const Variable& x) { return tanh(x.detach()); });
  CHECK(says(check_op(row), "gradcheck: input 0"));
  row = tanh_row([](const Variable& x) { return tanh(x.dtype() == DType::f32 ? x.detach() : x); });
  CHECK(says(check_op(row), "gradient 0 in f32 on baseline is missing"));
  OpRow sums = elementwise_row(
      "add", [](const auto& x) { return x[0] + x[1]; }, [](auto x) { return x[0] + x[1]; }, {{}, {}});
  sums.variables = [](const std::vector<Variable>& x) { return std::vector<Variable>{x[0].detach() + x[1].detach()}; };
  CHECK(says(check_op(sums), "gradcheck: input 0"));
}

TEST_CASE("check_op rejects a wrong number of outputs") {
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
