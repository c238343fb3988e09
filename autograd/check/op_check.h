// Tests an op given one row of facts about it: values, gradients of both orders, dtypes, instruction sets, layouts, sizes and
// threads. weft's own ops are tested with it; users can test theirs in the same way.
//
//     OpRow row = elementwise_row("swish", [](const auto& x) { return swish(x[0]); },
//                                 [](auto x) { return x[0] / (1 + std::exp(-x[0])); }, {{-4, 4}});
//     OpCheckResult result = check_op(row);  // result.ok, result.message
#pragma once

#include <weft/autograd/check/gradcheck.h>

#include <array>

namespace weft {

// The values that an input is filled with. Floating values are drawn at random from low .. high and kept apart, so that no two
// with the same range are equal.
struct OpInput {
  double low = -2, high = 2;
  std::vector<double> kinks = {};  // gradient checks need values away from these; see also OpRow::kinks
  DType dtype = DType::f64;        // f64 means floating: f32 or f64 as the check needs. Integers: low .. high inclusive
};

// The largest allowed errors, relative to the largest number of the exact result.
struct OpBounds {
  double f64_value = 1e-14;
  double f32_value = 5e-7;
  double f32_gradient = 1e-6;
};

using OpShapes = std::vector<Shape>;  // one per input
using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

// Returns the distance of an op's inputs, in f64, from the nearest point where it has no derivative.
using KinkDistance = std::function<double(const std::vector<Tensor>&)>;

// An op and the facts to check it against.
struct OpRow {
  std::string name;
  GradcheckFunction variables = {};
  TensorFunction tensors = {};    // may be empty
  TensorFunction reference = {};  // the values in f64 for contiguous inputs, computed in the plainest way
  std::vector<OpInput> inputs = {};
  std::vector<OpShapes> shapes = {};  // small: all checks run on each of them
  OpShapes large = {};                // large enough to be split over threads
  OpBounds bounds = {};
  bool differentiable = true;  // false: only values are checked
  bool twice_differentiable = true;
  // For kinks that depend on several elements (ties in a sort, the edge of a support): inputs are drawn again, up to 1000 times,
  // until they are more than 0.001 away.
  KinkDistance kinks = {};
  // Marks the places that must not count, such as ignored examples and positions after the lengths: for each input, a bool mask
  // of its shape that is true there, or an undefined tensor. NaN, infinities and the largest numbers in these places must not
  // change any result.
  TensorFunction uncounted = {};
};

struct OpCheckResult {
  bool ok = true;
  std::string message;  // one line per failure

  explicit operator bool() const { return ok; }
};

// Checks:
// - the value in f64 against the reference, on each instruction set that the processor has, and that Tensors and Variables give
//   the same bits;
// - gradcheck and gradgradcheck;
// - value and gradient in f32 against f64, and gradients taken with create_graph, which rules may compute in another way, against
//   those taken without, on each instruction set;
// - the same bits for strided, flipped and expanded inputs as for contiguous ones, with sizes of 0 too; also if other inputs are
//   constants, for 1 and 2 threads, and for a second call;
// - the same outputs and gradients of both orders, taken with create_graph too, whatever values are in the places that
//   OpRow::uncounted marks;
// - that no graph node stays alive.
// Throws ValueError if no inputs away from OpRow::kinks are found.
OpCheckResult check_op(const OpRow& row);

// Returns the value of an argument that an op takes only as a Tensor (indices, masks), in functions written for both types.
inline const Tensor& value_of(const Tensor& x) { return x; }
inline const Tensor& value_of(const Variable& x) { return x.tensor(); }

namespace detail {
using ScalarReference = std::function<std::vector<double>(std::span<const double>)>;
OpRow elementwise_row(std::string name, const ScalarReference& reference, std::vector<OpInput> inputs, OpBounds bounds);

template <class X>
std::vector<X> listed(const X& x) {
  return {x};
}
template <class X, std::size_t n>
std::vector<X> listed(const std::array<X, n>& xs) {
  return {xs.begin(), xs.end()};
}
template <class X>
std::vector<X> listed(const std::vector<X>& xs) {
  return xs;
}
}  // namespace detail

// Makes a row for any op. `function` takes a std::vector of Tensors or of Variables and returns one of them, a std::array or a
// std::vector; `reference` does the same with Tensors.
template <class F, class R>
OpRow op_row(std::string name, F function, R reference, std::vector<OpInput> inputs, std::vector<OpShapes> shapes,
             OpShapes large = {}, OpBounds bounds = {}) {
  OpRow row{std::move(name), {}, {}, {}, std::move(inputs), std::move(shapes), std::move(large), bounds};
  row.variables = [function](const std::vector<Variable>& x) { return detail::listed(function(x)); };
  row.tensors = [function](const std::vector<Tensor>& x) { return detail::listed(function(x)); };
  row.reference = [reference](const std::vector<Tensor>& x) { return detail::listed(reference(x)); };
  return row;
}

// Makes a row for an elementwise op; `reference` maps a std::span of one number per input to a double or a std::vector of
// doubles. The shapes have 0, 1, 7, 17 and 33 elements; ops with several inputs also get shapes that broadcast.
template <class F, class R>
OpRow elementwise_row(std::string name, F function, R reference, std::vector<OpInput> inputs, OpBounds bounds = {}) {
  auto numbers = [reference](std::span<const double> x) { return detail::listed(reference(x)); };
  OpRow row = detail::elementwise_row(std::move(name), numbers, std::move(inputs), bounds);
  row.variables = [function](const std::vector<Variable>& x) { return detail::listed(function(x)); };
  row.tensors = [function](const std::vector<Tensor>& x) { return detail::listed(function(x)); };
  return row;
}

inline std::ostream& operator<<(std::ostream& out, const OpCheckResult& result) {
  return out << (result.ok ? "ok" : result.message);
}

}  // namespace weft
