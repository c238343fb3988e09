// Compares every op on random layouts of its inputs, some with sizes of 0, with contiguous copies of the same numbers. The
// environment variable WEFT_LAYOUT_CASES sets the number of cases.
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/reduce.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/arithmetic/logical.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>
#include <weft/tensor/indexing/index.h>
#include <weft/tensor/indexing/sort.h>
#include <weft/tensor/reduction/lengths.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "tests/numbers.h"

using namespace weft;

namespace {

using Tensors = std::vector<Tensor>;

// Returns a value that no op may read: NaN, or an index that is out of range.
double poison(DType dtype) {
  return is_floating(dtype) ? std::numeric_limits<double>::quiet_NaN() : dtype == DType::i64 || dtype == DType::i32 ? -1e9 : 1;
}

// Returns a view with the numbers of x, surrounded by poison in memory: with axes in any order, steps of either sign, and axes
// repeated by stride 0, whose numbers are those of the first index. An axis of size 0 is an empty slice, or an element repeated
// zero times.
Tensor random_layout(const Tensor& x, Numbers& random) {
  const int dims = x.dims();
  Shape inner = x.shape(), memory;  // the shape before repeating, and that of the memory
  std::vector<std::int64_t> starts, steps;
  for (int axis = 0; axis < dims; ++axis) {
    const bool repeat = random.below(5) == 0;
    if (repeat) inner[axis] = 1;
    steps.push_back(random.below(2) ? 1 : 1 + random.below(3));
    starts.push_back(random.below(3));
    memory.push_back(starts.back() + inner[axis] * steps.back() + random.below(2));
  }
  std::vector<int> order(static_cast<std::size_t>(dims)), back(order.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
  Shape ordered;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ordered.push_back(memory[order[i]]);
    back[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }
  Tensor view = permute(full(ordered, poison(x.dtype()), x.dtype()), back);
  for (int axis = 0; axis < dims; ++axis) {
    const auto at = static_cast<std::size_t>(axis);
    view = slice(view, axis, starts[at], starts[at] + inner[axis] * steps[at], steps[at]);
    if (random.below(3) == 0) view = slice(view, axis, -1, kEnd, -1);
  }
  Tensor first = x;
  for (int axis = 0; axis < dims; ++axis)
    if (inner[axis] < x.shape()[axis]) first = slice(first, axis, 0, 1);
  if (first.shape() == view.shape()) copy_to(view, first);
  return expand(view, x.shape());
}

// In half of the cases, makes all axes of one size empty.
OpShapes with_empty_axes(OpShapes shapes, Numbers& random) {
  std::vector<std::int64_t> sizes;
  for (const Shape& shape : shapes) sizes.insert(sizes.end(), shape.begin(), shape.end());
  if (sizes.empty() || random.below(2)) return shapes;
  const std::int64_t size = sizes[static_cast<std::size_t>(random.below(std::ssize(sizes)))];
  for (Shape& shape : shapes)
    for (int axis = 0; axis < shape.dims(); ++axis)
      if (shape[axis] == size) shape[axis] = 0;
  return shapes;
}

Tensor numbers_for(const OpInput& input, const Shape& shape, DType floating, Numbers& random) {
  Tensor values(shape, DType::f64);
  const bool lowest = random.below(3) == 0;  // so that the index is valid for short axes too
  for (double& value : values.write<double>()) {
    const double part = (random.number() + 1) / 2;
    value = is_floating(input.dtype) ? input.low + (input.high - input.low) * part
            : lowest                 ? input.low
                     : input.low + static_cast<double>(random.below(static_cast<std::int64_t>(input.high - input.low) + 1));
  }
  return cast(values, is_floating(input.dtype) ? floating : input.dtype);
}

// The results of a call, or the message of its error.
struct Outcome {
  Tensors results;
  std::string error;
};

template <class F>
Outcome outcome_of(F f) {
  try {
    return {f(), {}};
  } catch (const Error& error) {
    return {{}, error.what()};
  }
}

Tensors tensors_of(const std::vector<Variable>& variables) {
  Tensors tensors;
  for (const Variable& v : variables) tensors.push_back(v.tensor());
  return tensors;
}

// Returns the outputs, the gradients of their squares with respect to the floating inputs, taken with or without create_graph,
// and the gradients of the squares of those gradients.
Tensors by_all_orders(const OpRow& row, const Tensors& inputs) {
  const auto squares = [](const std::vector<Variable>& values) {
    Variable total;
    for (const Variable& v : values)
      if (v.defined() && v.requires_grad()) total = total.defined() ? total + sum(square(v)) : sum(square(v));
    return total;
  };
  std::vector<Variable> arguments, leaves;
  for (const Tensor& input : inputs) {
    const bool is_leaf = row.differentiable && is_floating(input.dtype());
    arguments.push_back(is_leaf ? leaf(input) : Variable(input));
    if (is_leaf) leaves.push_back(arguments.back());
  }
  std::vector<Variable> outputs = row.variables(arguments);
  Tensors all = tensors_of(outputs);
  const auto append = [&](const std::vector<Variable>& more) {
    for (const Tensor& each : tensors_of(more)) all.push_back(each);
  };
  Variable total = squares(outputs);
  if (!total.defined()) return all;
  append(grad({total}, leaves, {.retain_graph = true}));
  std::vector<Variable> slopes = grad({total}, leaves, {.create_graph = true});
  append(slopes);
  if (Variable again = squares(slopes); again.defined()) append(grad({again}, leaves));
  return all;
}

std::string difference(const Outcome& found, const Outcome& expected) {
  if (found.error != expected.error) return "error \"" + found.error + "\", contiguous: \"" + expected.error + '"';
  if (found.results.size() != expected.results.size()) return "another number of results";
  for (std::size_t i = 0; i < found.results.size(); ++i) {
    const Tensor &a = found.results[i], &b = expected.results[i];
    if (a.defined() != b.defined() || (a.defined() && !equal_bits(contiguous(a), contiguous(b))))
      return "result " + std::to_string(i) + " has different bits";
  }
  return {};
}

// Functions of Tensors that have no row in the op table, of x [.., n] and y with a shape that broadcasts with it.
std::vector<OpRow> tensor_rows() {
  std::vector<OpRow> rows;
  const auto add = [&](const char* name, const TensorFunction& function, const std::vector<OpInput>& inputs,
                       const std::vector<OpShapes>& shapes) {
    rows.push_back({.name = name, .tensors = function, .inputs = inputs, .shapes = shapes});
  };
  const std::vector<OpShapes> one{{{4, 5}}, {{2, 3, 4}}, {{3, 3, 2, 2}}, {{7, 1}}}, two{{{4, 5}, {5}}, {{2, 3, 4}, {3, 1}}};
  add(
      "argmax, argmin",
      [](const Tensors& x) {
        return Tensors{argmax(x[0], 0), argmin(x[0], -1), argmax(x[0])};
      },
      {{}}, one);
  add(
      "max, min",
      [](const Tensors& x) {
        return Tensors{max(x[0], {0, 1}), min(x[0], 0), min(x[0], -1, true)};
      },
      {{}}, one);
  add(
      "sums of all kinds",
      [](const Tensors& x) {
        return Tensors{sum(x[0]), sum(x[0], 0), sum(x[0], -1), sum(x[0], {0, -1})};
      },
      {{}}, one);
  add(
      "mean, var, norm",
      [](const Tensors& x) {
        return Tensors{mean(x[0], 0), var(x[0], 0), norm(x[0], -1), var(x[0], -1)};
      },
      {{}}, one);
  add(
      "argsort, argtopk",
      [](const Tensors& x) {
        return Tensors{argsort(x[0], 0), argtopk(x[0], 1), argsort(x[0])};
      },
      {{}}, one);
  add(
      "cumsum",
      [](const Tensors& x) {
        return Tensors{cumsum(x[0], 0), cumsum(x[0])};
      },
      {{}}, one);
  add(
      "comparisons",
      [](const Tensors& x) {
        return Tensors{x[0] < x[1], x[0] == x[1], x[0] >= 0, x[1] != x[0]};
      },
      {{}, {}}, two);
  add(
      "logical",
      [](const Tensors& x) {
        return Tensors{logical_and(x[0] > 0, x[1]), logical_not(x[0]), logical_xor(x[1], x[0])};
      },
      {{0, 1}, {0, 1, {}, DType::boolean}}, two);
  add(
      "casts",
      [](const Tensors& x) {
        return Tensors{cast(x[0], DType::i32), cast(x[0], DType::f64), clone(x[0])};
      },
      {{0, 3}}, one);
  add(
      "one_hot", [](const Tensors& x) { return Tensors{one_hot(x[0], 4)}; }, {{0, 3, {}, DType::i64}}, one);
  add("length_mask", [](const Tensors& x) { return Tensors{length_mask(x[0], 3)}; }, {{0, 3, {}, DType::i64}}, {{{5}}, {{1}}});
  add("where",
      [](const Tensors& x) {
        return Tensors{where(x[2], x[0], x[1]), where(x[2], x[0], 1)};
      },
      {{}, {}, {0, 1, {}, DType::boolean}}, {{{4, 5}, {5}, {4, 1}}, {{2, 3, 4}, {3, 1}, {4}}});
  return rows;
}

std::vector<OpRow> all_rows() {
  std::vector<OpRow> rows = tensor_rows();
  for (auto group : {arithmetic_rows, function_rows,   view_rows,    product_rows,   einsum_rows,       linalg_rows,
                     reduce_rows,     extreme_rows,    softmax_rows, attention_rows, trigonometry_rows, logarithm_rows,
                     rounding_rows,   activation_rows, join_rows,    index_rows,     sort_rows,         scan_rows,
                     pick_rows,       axes_rows,       loss_rows,    recurrent_rows})
    for (OpRow& row : group()) rows.push_back(std::move(row));
  return rows;
}

// Runs one random case. Returns the error, or "" if the case is right; `empty` and `errors` are counters.
struct Counts {
  int cases = 0, empty = 0, errors = 0;
};
std::string run_case(const std::vector<OpRow>& rows, Numbers& random, Counts& counts) {
  const OpRow& row = rows[static_cast<std::size_t>(random.below(std::ssize(rows)))];
  const OpShapes shapes = with_empty_axes(row.shapes[static_cast<std::size_t>(random.below(std::ssize(row.shapes)))], random);
  // Tensor functions accept all dtypes or throw a DtypeError.
  constexpr DType kDTypes[] = {DType::f32, DType::f64, DType::i64, DType::i32, DType::u8, DType::boolean};
  const bool graph = row.variables && (!row.tensors || random.below(2) == 0);
  const DType dtype = kDTypes[random.below(graph ? 2 : 6)];
  Tensors views, copies;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    views.push_back(random_layout(numbers_for(row.inputs[i], shapes[i], dtype, random), random));
    copies.push_back(clone(views.back()));
  }
  const auto run = [&](const Tensors& inputs) {
    return outcome_of([&] { return graph ? by_all_orders(row, inputs) : row.tensors(inputs); });
  };
  const Outcome expected = run(copies), found = run(views);
  ++counts.cases;
  counts.empty += std::any_of(shapes.begin(), shapes.end(), [](const Shape& shape) { return shape.numel() == 0; });
  counts.errors += !expected.error.empty();
  const std::string wrong = difference(found, expected);
  if (wrong.empty()) return {};
  std::ostringstream text;
  text << row.name << (graph ? ", in the graph" : "") << ", " << dtype << ':';
  for (const Tensor& view : views) text << ' ' << view.shape() << " with strides " << view.strides();
  text << ": " << wrong;
  return text.str();
}

}  // namespace

TEST_CASE("layouts: every op and its gradients have the bits of contiguous inputs for all views, including empty ones") {
  const char* wanted = std::getenv("WEFT_LAYOUT_CASES");
  const int cases = wanted ? std::atoi(wanted) : 3000;
  const std::vector<OpRow> rows = all_rows();
  Numbers random(14);
  Counts counts;
  for (int i = 0; i < cases; ++i) {
    const std::string wrong = run_case(rows, random, counts);
    INFO("case " << i);
    CHECK_MESSAGE(wrong.empty(), wrong);
  }
  MESSAGE(counts.cases << " cases, " << counts.empty << " with an empty input, " << counts.errors << " refused alike");
  CHECK(counts.empty * 10 > counts.cases * 3);
  CHECK(counts.errors * 2 < counts.cases);
}
