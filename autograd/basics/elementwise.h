// Elementwise ops on Variables: calling one records it, and its gradient comes from the same formula (opt-in header: includes
// xsimd).
#pragma once

#include <weft/autograd/basics/cast.h>
#include <weft/autograd/basics/graph_value.h>
#include <weft/autograd/basics/views.h>
#include <weft/autograd/graph/node.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/elementwise/elementwise.h>

#include <bit>

namespace weft {

namespace detail {

// Converts an argument of an elementwise call to the result's dtype and shape, as part of the graph.
[[gnu::cold]] inline void promote_argument(Variable& x, const Tensor& result, Where caller) {
  if (x.dtype() != result.dtype()) x = cast(x, result.dtype(), caller);
  if (!(x.shape() == result.shape())) x = expand(x, result.shape(), caller);
}
// Returns whether the argument already has both, which is the usual case.
inline bool fits(const Tensor& x, const Tensor& result) { return x.dtype() == result.dtype() && x.shape() == result.shape(); }
inline Operand as_operand(const Variable& x) { return x.tensor(); }
inline Operand as_operand(const Tensor& x) { return x; }
inline Operand as_operand(double x) { return x; }
inline Variable as_variable(const Variable& x) { return x; }
inline Variable as_variable(const Tensor& x) { return x; }
inline Variable as_variable(double) { return Variable(); }
inline bool asks_gradient(const Variable& x) { return x.requires_grad(); }
inline bool asks_gradient(const Tensor&) { return false; }
inline bool asks_gradient(double) { return false; }

template <class... A>
constexpr unsigned variables_among() {
  unsigned mask = 0, bit = 1;
  ((mask |= std::is_same_v<A, Variable> ? bit : 0, bit <<= 1), ...);
  return mask;
}

// The gradient rule of an elementwise op: the SIMD kernel, or for higher orders the formula on graph values. `variables` has bit
// i set if argument i was a Variable.
template <class F, class G, unsigned variables>
struct ElementwiseRule {
  static constexpr bool kTakesUndefined = true;
  static constexpr unsigned kActive = variables;
  static constexpr int kInputs = arity<F>();
  static constexpr bool kFromOutput = Elementwise<F, G>::kFromOutput;
  static_assert(kFromOutput || std::is_same_v<G, NoOutputRule>, "this op has no gradient: call it with Tensors");
  static constexpr std::size_t kOutputs = static_cast<std::size_t>(Elementwise<F, G>::kOutputs);

  Elementwise<F, G> op;
  std::array<double, kInputs> numbers;
  unsigned tensors;  // bit i: argument i is a tensor, not a number
  unsigned needs;    // bit i: the gradient reads argument i
  unsigned units;    // bit i: the gradient of argument i is the result's

  Variables operator()(const Backward& b) const { return grad_enabled() ? differentiable(b) : by_kernel(b); }
  // The op is linear if its gradient reads only constants.
  ExampleLayout examples(const ExampleFlow& flow) const {
    return examples::SameOrder{.linear = !kFromOutput && !(needs & flow.wanted), .as_it_is = !(flow.wanted & ~units)}(flow);
  }

  unsigned wanted(const Backward& b) const {
    unsigned mask = 0;
    for (int i = 0; i < kInputs; ++i) mask |= b.wants(i) ? 1u << i : 0;
    return mask;
  }

  Variables by_kernel(const Backward& b) const {
    unsigned asked = wanted(b), computed = asked & ~units;
    std::array<Tensor, kInputs> results;
    if (computed) {
      // The kernel reads a register of every operand before it writes one, so it may write over an output gradient.
      if (kOutputs == 1 && asked == computed) results[static_cast<std::size_t>(std::countr_zero(computed))] = b.reusable_grad();
      run_kernel(b, computed, results);
    }
    Variables all;
    for (std::size_t i = 0; i < kInputs; ++i) {
      if (computed >> i & 1u)
        all.push_back(Variable(std::move(results[i])));
      else
        all.push_back(asked >> i & 1u ? b.grad() : Variable());
    }
    return all;
  }
  void run_kernel(const Backward& b, unsigned computed, std::span<Tensor> results) const {
    std::array<Operand, kInputs> operands;
    for (int i = 0; i < kInputs; ++i) operands[static_cast<std::size_t>(i)] = operand(b, i);
    std::array<const Tensor*, kOutputs> gradients{};
    for (std::size_t o = 0; o < kOutputs; ++o)
      if (const Variable& g = b.grad(static_cast<int>(o)); g.defined()) gradients[o] = &g.tensor();
    elementwise_backward(op.call(), operands, gradients, computed, results);
  }
  Operand operand(const Backward& b, int i) const {
    if (kFromOutput) return b.output_tensor();
    if (needs >> i & tensors >> i & 1u) return b.input(i).tensor();
    return numbers[static_cast<std::size_t>(i)];
  }

  Variables differentiable(const Backward& b) const {
    if constexpr (kFromOutput) {
      return {weigh(GraphValue(G{}(GraphValue(b.output()))), b.grad())};
    } else {
      return [&]<std::size_t... i>(std::index_sequence<i...>) {
        auto results = as_tuple(F{}(seed<variables, i>(value(b, static_cast<int>(i)))...));
        return Variables{total<i>(b, results)...};
      }
      (std::make_index_sequence<kInputs>{});
    }
  }
  // If the gradient does not need the value, any value will do. Tensors of another dtype are converted to the op's, as in the
  // kernel.
  GraphValue value(const Backward& b, int i) const {
    if (needs >> i & tensors >> i & 1u) {
      Variable input = b.input(i);
      return GraphValue(input.dtype() == dtype(b) ? input : Variable(cast(input.tensor(), dtype(b))));
    }
    return GraphValue(numbers[static_cast<std::size_t>(i)]);
  }
  static DType dtype(const Backward& b) {
    int o = 0;
    while (!b.grad(o).defined()) ++o;
    return b.grad(o).dtype();
  }
  template <unsigned input, class Results>
  Variable total(const Backward& b, const Results& results) const {
    Variable sum;
    if (!b.wants(input)) return sum;
    auto add = [&]<class D>(int o, const D& result) {
      if constexpr (D::kActive >> input & 1u) {
        if (!b.grad(o).defined()) return;
        Variable share = weigh(result.template partial<input>(), b.grad(o));
        sum = sum.defined() ? sum + share : share;
      }
    };
    [&]<std::size_t... o>(std::index_sequence<o...>) { (add(static_cast<int>(o), std::get<o>(results)), ...); }
    (std::make_index_sequence<kOutputs>{});
    return sum;
  }
};

}  // namespace detail

template <class X>
struct IsVariableOperand : std::bool_constant<IsTensorOperand<X>::value || std::is_same_v<X, Variable>> {};

template <class F, class G, class... A>
requires((IsVariableOperand<A>::value && ...) &&
         !(IsTensorOperand<A>::value && ...)) auto apply_elementwise(const Elementwise<F, G>& op, Where caller,
                                                                     const A&... arguments) {
  using Op = Elementwise<F, G>;
  constexpr std::size_t inputs = sizeof...(A);
  ElementwiseCall call = op.call();
  std::array<Operand, inputs> operands{detail::as_operand(arguments)...};
  std::array<Tensor, Op::kOutputs> results;
  elementwise_forward(call, caller, operands, results);
  std::array<Variable, Op::kOutputs> unpacked;
  if (!grad_enabled() || !(detail::asks_gradient(arguments) || ...)) {
    if (AnomalyMode::active()) detail::look_for_anomaly(op.name(), caller, results);
    for (std::size_t o = 0; o < unpacked.size(); ++o) unpacked[o] = Variable(std::move(results[o]));
    return unwrap<Variable, Op::kOutputs>(std::move(unpacked));
  }

  using Rule = detail::ElementwiseRule<F, G, detail::variables_among<A...>()>;
  std::array<Variable, inputs> variables{detail::as_variable(arguments)...};
  Rule rule{op, {}, 0, 0, 0};
  unsigned asked = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    rule.numbers[i] = operands[i].number;
    if (variables[i].requires_grad()) asked |= 1u << i;
    if (variables[i].defined()) {
      rule.tensors |= 1u << i;
      if (variables[i].requires_grad() && !detail::fits(variables[i].tensor(), results[0]))
        detail::promote_argument(variables[i], results[0], caller);
    }
  }
  rule.needs = detail::gradient_needs<F>(asked);
  if constexpr (!Op::kFromOutput) rule.units = detail::unit_slopes<F, Rule::kActive>(std::make_index_sequence<inputs>{});
  Save save = Op::kFromOutput ? Save{.outputs = kAll} : Save{.inputs = rule.needs & rule.tensors};
  Variables recorded = record_all(op.name(), caller, variables, results, save, rule);
  std::move(recorded.begin(), recorded.end(), unpacked.begin());
  return unwrap<Variable, Op::kOutputs>(std::move(unpacked));
}

}  // namespace weft
