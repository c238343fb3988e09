// Elementwise ops written as one lambda (opt-in header: it includes xsimd).
//
//     inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });
//     Tensor y = swish(x);
//
// The lambda is the formula: it runs on SIMD registers for the values and on dual numbers of them for the gradient (if
// autograd/basics/elementwise.h is included). It captures nothing; numbers known at run time are passed as arguments. It may use
// + - * /, comparisons with where(condition, a, b), && || !, and exp expm1 log log1p sqrt tanh sigmoid softplus silu gelu erf
// normal_cdf normal_pdf sin cos tan asin acos atan atan2 sinh cosh asinh acosh atanh exp2 log2 log10 floor ceil trunc round abs
// pow fma maximum minimum, found by argument-dependent lookup. To return several results, return outputs(a, b). The arguments of
// a call are tensors and numbers; they broadcast. The result is f64 if any tensor is, otherwise f32; tensors of other dtypes are
// converted to that dtype as they are read. There are at most 8 arguments and 4 results. Put ops in a header of their own and
// name it in CMake's weft_add_ops(target ops.h), so that they are compiled for each instruction set; otherwise they run at the
// speed of the baseline. Declare an op inline constexpr and never in an unnamed namespace, where the files compiled for other
// sets could not see it.
#pragma once

#include <weft/tensor/elementwise/elementwise_kernel.h>

namespace weft {

template <class F, class G = NoOutputRule>
class Elementwise;

template <class Set>
inline constexpr Isa kIsaOf = std::is_same_v<Set, Avx512> ? Isa::avx512
                              : std::is_same_v<Set, Avx2> ? Isa::avx2
                                                          : Isa::baseline;

template <class X>
struct IsTensorOperand : std::bool_constant<std::is_same_v<X, Tensor> || std::is_arithmetic_v<X>> {};

// Returns a single result as X and several as std::array<X, n>.
template <class X, int outputs>
auto unwrap(std::array<X, static_cast<std::size_t>(outputs)>&& results) {
  if constexpr (outputs == 1)
    return std::move(results[0]);
  else
    return std::move(results);
}

template <class F, class G, class... A>
requires(IsTensorOperand<A>::value&&...) auto apply_elementwise(const Elementwise<F, G>& op, Where caller,
                                                                const A&... arguments) {
  std::array<Operand, sizeof...(A)> operands{Operand(arguments)...};
  std::array<Tensor, Elementwise<F, G>::kOutputs> results;
  elementwise_forward(op.call(), caller, operands, results);
  return unwrap<Tensor, Elementwise<F, G>::kOutputs>(std::move(results));
}

// The tensors that an op writes, and the user's line. Valid during the call only.
struct UpdateTargets {
  std::initializer_list<Tensor> tensors;
  Where caller;

  UpdateTargets(std::initializer_list<Tensor> tensors, Where caller = Where::here()) : tensors(tensors), caller(caller) {}
};

// An elementwise op: a name and a formula. It has no state; make one with elementwise().
template <class F, class G>
class Elementwise {
  static_assert(std::is_empty_v<F> && std::is_empty_v<G>, "a formula captures nothing: pass run-time numbers as arguments");

 public:
  static constexpr int kInputs = detail::arity<F>();
  static constexpr bool kFromOutput = !std::is_same_v<G, NoOutputRule> && !std::is_same_v<G, NoGradient>;
  static_assert(!kFromOutput || kInputs == 1, "gradient_from_output is for formulas of one argument");

  static constexpr int kOutputs = [] {
    using Result = decltype([]<std::size_t... i>(std::index_sequence<i...>) {
      return as_tuple(F{}(((void)i, detail::AnyDual{})...));
    }(std::make_index_sequence<kInputs>{}));
    return static_cast<int>(std::tuple_size_v<Result>);
  }();

  constexpr explicit Elementwise(const char* name) : name_(name) {
    // Files of weft_add_ops call no op: taking the addresses of the kernels instantiates them. In other files the calls do.
    if constexpr (!std::is_same_v<Here, Baseline>) {
      (void)&ElementwiseKernel<F, G, Here>::forward;
      (void)&ElementwiseKernel<F, G, Here>::backward;
    }
  }

  // Gives the slope as a function of the output y, so that the input need not be saved. Use it for exp and sqrt, but not for
  // tanh, where 1 - y^2 loses digits when y is near 1.
  template <class Slope>
  constexpr auto gradient_from_output(Slope) const {
    return Elementwise<F, Slope>(name_);
  }

  // For formulas that only update tensors in place, such as an optimizer's step: no gradient is compiled.
  constexpr auto without_gradient() const { return Elementwise<F, NoGradient>(name_); }

  // Writes the results into existing tensors: op.update({a, b}, x, y). They may overlap arguments. Throws ShapeError, DtypeError
  // or ValueError unless they are contiguous, do not overlap each other, and have the number, shape and dtype of the results.
  template <class... A>
  requires(sizeof...(A) == kInputs) void update(const UpdateTargets& targets, const A&... arguments) const {
    std::array<Operand, sizeof...(A)> operands{Operand(arguments)...};
    elementwise_update(call(), targets.caller, operands, {targets.tensors.begin(), targets.tensors.size()});
  }

  constexpr const char* name() const { return name_; }

  template <class A>
  requires(kInputs == 1) auto operator()(const A& a, Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a);
  }
  template <class A, class B>
  requires(kInputs == 2) auto operator()(const A& a, const B& b, Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b);
  }
  template <class A, class B, class C>
  requires(kInputs == 3) auto operator()(const A& a, const B& b, const C& c, Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c);
  }
  template <class A, class B, class C, class D>
  requires(kInputs == 4) auto operator()(const A& a, const B& b, const C& c, const D& d, Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c, d);
  }
  template <class A, class B, class C, class D, class E>
  requires(kInputs == 5) auto operator()(const A& a, const B& b, const C& c, const D& d, const E& e,
                                         Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c, d, e);
  }
  template <class A, class B, class C, class D, class E, class H>
  requires(kInputs == 6) auto operator()(const A& a, const B& b, const C& c, const D& d, const E& e, const H& h,
                                         Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c, d, e, h);
  }
  template <class A, class B, class C, class D, class E, class H, class I>
  requires(kInputs == 7) auto operator()(const A& a, const B& b, const C& c, const D& d, const E& e, const H& h, const I& i,
                                         Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c, d, e, h, i);
  }
  template <class A, class B, class C, class D, class E, class H, class I, class J>
  requires(kInputs == 8) auto operator()(const A& a, const B& b, const C& c, const D& d, const E& e, const H& h, const I& i,
                                         const J& j, Where caller = Where::here()) const {
    return apply_elementwise(*this, caller, a, b, c, d, e, h, i, j);
  }

  // The kernels of the best instruction set that is linked in and supported.
  ElementwiseCall call() const { return {name_, kInputs, kOutputs, kernels()}; }

 private:
  template <class Set>
  static ElementwiseKernels linked() {
    ElementwiseKernels found{&ElementwiseKernel<F, G, Set>::forward, &ElementwiseKernel<F, G, Set>::backward, kIsaOf<Set>};
    __asm__("" : "+r"(found.forward), "+r"(found.backward));  // a weak reference may be null, whatever the compiler assumes
    return found;
  }
  static ElementwiseKernels kernels() {
#if defined(__x86_64__)
    if (isa() == Isa::avx512)
      if (ElementwiseKernels found = linked<Avx512>(); found.forward) return found;
    if (isa() >= Isa::avx2)
      if (ElementwiseKernels found = linked<Avx2>(); found.forward) return found;
#endif
    if (ElementwiseKernels found = linked<Baseline>(); found.forward) return found;
    return linked<Here>();
  }

  const char* name_;
};

template <class F>
constexpr auto elementwise(const char* name, F) {
  return Elementwise<F>(name);
}

}  // namespace weft
