#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/autograd/check/detail/op_inputs.h>
#include <weft/autograd/check/detail/op_settings.h>
#include <weft/autograd/check/op_check.h>
#include <weft/autograd/graph/grad_mode.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/math.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/indexing/detail/joined.h>
#include <weft/tensor/runtime/float_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weft {

namespace {

using detail::each, detail::flipped, detail::make_inputs, detail::make_seeds, detail::repeated, detail::strided, detail::Tensors,
    detail::UseIsa, detail::UseThreads, detail::with_dtype;

// NaN, the infinities, and numbers whose products overflow.
std::vector<double> spoilers(DType dtype) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double largest = dtype == DType::f32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  return {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, largest, -0.9 * largest};
}

// The allowed difference between two ways to compute a gradient in f64, relative to its largest number.
constexpr double kF64Gradient = 1e-12;
constexpr const char* kKinkHint =
    " (if the function has no derivative near these inputs, say where in OpInput::kinks or "
    "OpRow::kinks)";

class Checks {
 public:
  explicit Checks(const OpRow& row) : row_(row) {}

  OpCheckResult run() {
    KeepDenormals keep;
    std::int64_t nodes = live_nodes();
    for (const OpShapes& shapes : row_.shapes) {
      shapes_ = shapes;
      Tensors inputs = make_inputs(row_, shapes);
      if (!check_values(inputs)) continue;
      check_gradients(inputs);
      check_precision(inputs);
      for (DType dtype : {DType::f64, DType::f32}) {
        Tensors typed = with_dtype(inputs, dtype);
        check_layouts(typed);
        check_constants(typed);
        check_uncounted(typed);
      }
    }
    check_threads();
    if (live_nodes() > nodes) fail(live_nodes() - nodes, " graph nodes are left alive");
    return {failures_.empty(), failures_};
  }

 private:
  template <class... Parts>
  void fail(const Parts&... parts) {
    if (!failures_.empty()) failures_ += '\n';
    failures_ += joined("check_op(", row_.name, "), shapes");
    for (const Shape& shape : shapes_) failures_ += joined(' ', shape);
    failures_ += joined(": ", parts...);
  }

  // Returns the outputs, then the gradients of the floating inputs that are leaves; undefined where an input is not reached.
  // Input i may be a leaf if bit i of `leaves` is set.
  Tensors outputs_and_gradients(const Tensors& inputs, unsigned leaves = ~0u, BackwardOptions options = {}) {
    std::vector<Variable> arguments, asked, reached, seeds;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      bool is_leaf = row_.differentiable && is_floating(inputs[i].dtype()) && leaves >> i & 1u;
      arguments.push_back(is_leaf ? leaf(inputs[i]) : Variable(inputs[i]));
      if (is_leaf) asked.push_back(arguments.back());
    }
    Tensors results;
    std::vector<Variable> outputs = row_.variables(arguments);
    for (const Variable& output : outputs) results.push_back(output.tensor());
    Tensors all_seeds = make_seeds(results);
    for (std::size_t o = 0; o < outputs.size(); ++o)
      if (outputs[o].requires_grad()) {
        reached.push_back(outputs[o]);
        seeds.emplace_back(all_seeds[o]);
      }
    if (reached.empty()) {
      results.resize(results.size() + asked.size());
      return results;
    }
    for (const Variable& gradient : grad(reached, asked, options, seeds))
      results.push_back(gradient.defined() ? gradient.tensor() : Tensor());
    return results;
  }

  // Returns "output 0" or "gradient 1" for index i among those results.
  std::string place(std::size_t i, std::size_t outputs) const {
    return i < outputs ? joined("output ", i) : joined("gradient ", i - outputs);
  }

  void same_bits(const Tensors& results, const Tensors& expected, const char* when) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      bool same = i < results.size() && results[i].defined() == expected[i].defined() &&
                  (!expected[i].defined() || equal_bits(results[i], expected[i]));
      if (!same) return fail("result ", i, " (outputs, then gradients) has different bits ", when);
    }
  }

  // |result - exact| <= bound * max |exact|
  void close(const Tensor& result, const Tensor& exact, double bound, const std::string& what) {
    if (!result.defined()) return fail(what, " is missing");
    if (result.shape() != exact.shape()) return fail(what, " has shape ", result.shape(), ", expected ", exact.shape());
    if (exact.numel() == 0) return;
    Tensor wide = cast(exact, DType::f64);
    double scale = max_difference(wide, zeros(exact.shape(), DType::f64));
    double error = max_difference(cast(result, DType::f64), wide);
    if (!(error <= bound * scale)) fail(what, " is ", error / scale, " off, allowed ", bound);
  }

  // Returns false if there is nothing to compare.
  bool check_values(const Tensors& inputs) {
    Tensors expected = row_.reference(inputs), results = outputs_and_gradients(inputs);
    const auto leaves = std::count_if(inputs.begin(), inputs.end(), [](const Tensor& x) { return is_floating(x.dtype()); });
    const auto outputs = std::ssize(results) - (row_.differentiable ? leaves : 0);
    if (outputs != std::ssize(expected)) {
      fail(outputs, " outputs, the reference has ", expected.size());
      return false;
    }
    same_bits(outputs_and_gradients(inputs), results, "in a second call");
    if (!row_.tensors) return true;
    same_bits(row_.tensors(inputs), {results.begin(), results.begin() + std::ssize(expected)}, "when called with Tensors");
    return true;
  }

  void check_gradients(const Tensors& inputs) {
    if (!row_.differentiable) return;
    if (GradcheckResult result = gradcheck(row_.variables, inputs); !result) fail(result.message, kKinkHint);
    if (!row_.twice_differentiable) return;
    if (GradcheckResult result = gradgradcheck(row_.variables, inputs); !result) fail(result.message, kKinkHint);
  }

  // Compares f64 with the reference, and f32 with f64.
  void check_precision(const Tensors& inputs) {
    Tensors narrow = with_dtype(inputs, DType::f32), expected = row_.reference(inputs);
    const std::size_t outputs = expected.size();
    for (Isa set : {Isa::baseline, Isa::avx2, Isa::avx512}) {
      UseIsa use(set);
      if (!use.used()) continue;
      Tensors exact = outputs_and_gradients(inputs), results = outputs_and_gradients(narrow);
      for (std::size_t o = 0; o < outputs; ++o)
        close(exact[o], expected[o], row_.bounds.f64_value, joined(place(o, outputs), " in f64 on ", isa_name(set)));
      for (std::size_t i = 0; i < exact.size(); ++i) {
        if (!exact[i].defined()) continue;
        close(results[i], exact[i], i < outputs ? row_.bounds.f32_value : row_.bounds.f32_gradient,
              joined(place(i, outputs), " in f32 on ", isa_name(set)));
      }
      check_graph_gradients(inputs, exact, outputs, kF64Gradient, joined(" in f64 on ", isa_name(set)));
      check_graph_gradients(narrow, exact, outputs, row_.bounds.f32_gradient, joined(" in f32 on ", isa_name(set)));
    }
  }

  // Compares gradients taken with create_graph with `exact` ones taken without: rules may compute them in another way.
  void check_graph_gradients(const Tensors& inputs, const Tensors& exact, std::size_t outputs, double bound,
                             const std::string& caller) {
    if (!row_.differentiable || !row_.twice_differentiable) return;
    const Tensors results = outputs_and_gradients(inputs, ~0u, {.create_graph = true});
    for (std::size_t i = outputs; i < exact.size(); ++i) {
      const std::string what = place(i, outputs) + " taken with create_graph" + caller;
      if (exact[i].defined())
        close(results[i], exact[i], bound, what);
      else if (results[i].defined())
        fail(what, " exists, but without create_graph it does not");
    }
  }

  void check_layouts(const Tensors& inputs) {
    Tensors expected = outputs_and_gradients(inputs);
    same_bits(outputs_and_gradients(each(inputs, strided)), expected, "for strided inputs");
    same_bits(outputs_and_gradients(each(inputs, flipped)), expected, "for flipped inputs");
    Tensors views = each(inputs, repeated);
    same_bits(outputs_and_gradients(views), outputs_and_gradients(each(views, [](const Tensor& x) { return clone(x); })),
              "for expanded inputs");
  }

  // Returns the inputs with `value` in all places that must not count.
  static Tensors spoiled(const Tensors& inputs, const Tensors& masks, double value) {
    Tensors result = inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (masks[i].defined()) result[i] = where(masks[i], full({}, value, inputs[i].dtype()), inputs[i]);
    return result;
  }

  void check_uncounted(const Tensors& inputs) {
    if (!row_.uncounted) return;
    const Tensors masks = row_.uncounted(inputs);
    const auto check_results = [&](const char* what, auto results_of) {
      const Tensors expected = without_signs_of_zero(results_of(inputs));
      for (double value : spoilers(inputs[0].dtype())) {
        const Tensors found = without_signs_of_zero(results_of(spoiled(inputs, masks, value)));
        same_bits(found, expected, joined("with ", value, " in what does not count, ", what).c_str());
      }
    };
    check_results("in first order", [&](const Tensors& x) { return outputs_and_gradients(x); });
    if (!row_.differentiable || !row_.twice_differentiable) return;
    check_results("with create_graph", [&](const Tensors& x) { return outputs_and_gradients(x, ~0u, {.create_graph = true}); });
    check_results("in second order", [&](const Tensors& x) { return second_order(x); });
  }

  // Returns the gradients of the squares of the gradients.
  Tensors second_order(const Tensors& inputs) {
    std::vector<Variable> arguments, leaves;
    for (const Tensor& input : inputs) {
      arguments.push_back(is_floating(input.dtype()) ? leaf(input) : Variable(input));
      if (is_floating(input.dtype())) leaves.push_back(arguments.back());
    }
    const auto squares = [](const std::vector<Variable>& values) {
      Variable total;
      for (const Variable& v : values)
        if (v.defined() && v.requires_grad()) total = total.defined() ? total + sum(square(v)) : sum(square(v));
      return total;
    };
    Tensors results;
    const Variable total = squares(row_.variables(arguments));
    if (!total.defined()) return results;
    const Variable slopes = squares(grad({total}, leaves, {.create_graph = true}));
    if (!slopes.defined()) return results;
    for (const Variable& gradient : grad({slopes}, leaves)) results.push_back(gradient.tensor());
    return results;
  }

  static Tensors without_signs_of_zero(Tensors results) {
    for (Tensor& result : results)
      if (result.defined() && is_floating(result.dtype())) result = result + 0.0;
    return results;
  }

  // Compares the gradient of each input with the one it has when the other inputs are constants.
  void check_constants(const Tensors& inputs) {
    auto floating = [](const Tensor& x) { return is_floating(x.dtype()); };
    auto count = std::count_if(inputs.begin(), inputs.end(), floating);
    if (!row_.differentiable || count < 2) return;
    const Tensors all = outputs_and_gradients(inputs);
    auto gradient = all.end() - count;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!floating(inputs[i])) continue;
      Tensors expected(all.begin(), all.end() - count);
      expected.push_back(*gradient);
      same_bits(outputs_and_gradients(inputs, 1u << i), expected, "when other inputs are constants");
      ++gradient;
    }
  }

  void check_threads() {
    if (row_.large.empty()) return;
    shapes_ = row_.large;
    Tensors inputs = make_inputs(row_, shapes_);
    for (DType dtype : {DType::f64, DType::f32}) {
      Tensors typed = with_dtype(inputs, dtype);
      Tensors alone = on_threads(1, typed);
      same_bits(on_threads(2, typed), alone, "with 2 threads");
    }
  }
  Tensors on_threads(int count, const Tensors& inputs) {
    UseThreads use(count);
    return outputs_and_gradients(inputs);
  }

  const OpRow& row_;
  OpShapes shapes_;  // of the current check
  std::string failures_;
};

}  // namespace

OpCheckResult check_op(const OpRow& row) { return Checks(row).run(); }

}  // namespace weft
