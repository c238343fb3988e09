#include <weft/autograd/check/detail/op_inputs.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace weft::detail {

namespace {

constexpr double kKinkMargin = 0.02, kJointKinkMargin = 1e-3;
constexpr int kDraws = 1000;

// A permutation of 0 .. count-1. Not std::shuffle, whose result depends on the standard library.
std::vector<std::int64_t> permutation(std::mt19937_64& random, std::int64_t count) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

double floating_value(const OpInput& input, double part) {
  double value = input.low + (input.high - input.low) * part;
  for (double kink : input.kinks)
    if (std::abs(value - kink) < kKinkMargin) value += value < kink ? -kKinkMargin : kKinkMargin;
  return static_cast<float>(value);  // so that f32 and f64 start from the same numbers
}

double integer_value(const OpInput& input, std::mt19937_64& random) {
  auto count = static_cast<std::uint64_t>(input.high - input.low) + 1;
  return input.low + static_cast<double>(random() % count);
}

// Each element gets a part of low .. high of its own, and is placed at random within the middle four fifths of it.
Tensors draw_inputs(const OpRow& row, const OpShapes& shapes, std::mt19937_64& random) {
  std::int64_t total = 0, at = 0;
  for (const Shape& shape : shapes) total += shape.numel();
  std::vector<std::int64_t> order = permutation(random, total);
  Tensors inputs;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const OpInput& input = row.inputs[i];
    Tensor values(shapes[i], DType::f64);
    for (double& value : values.write<double>()) {
      const double inside = 0.1 + 0.8 * static_cast<double>(random() >> 11) * 0x1p-53;
      const double part = (static_cast<double>(order[static_cast<std::size_t>(at++)]) + inside) / static_cast<double>(total);
      value = is_floating(input.dtype) ? floating_value(input, part) : integer_value(input, random);
    }
    inputs.push_back(cast(values, input.dtype));
  }
  return inputs;
}

}  // namespace

Tensors make_inputs(const OpRow& row, const OpShapes& shapes) {
  std::mt19937_64 random(20);
  for (int draw = 0; draw < kDraws; ++draw) {
    Tensors inputs = draw_inputs(row, shapes, random);
    if (!row.kinks || row.kinks(inputs) > kJointKinkMargin) return inputs;
  }
  detail::fail<ValueError>({}, "check_op(", row.name, "): each of ", kDraws, " draws of the inputs is within ", kJointKinkMargin,
                           " of a kink");
}

Tensors make_seeds(const Tensors& outputs) {
  std::mt19937_64 random(21);
  Tensors seeds;
  for (const Tensor& output : outputs) {
    Tensor values(output.shape(), DType::f64);
    for (double& value : values.write<double>()) value = static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-52 - 1);
    seeds.push_back(is_floating(output.dtype()) ? cast(values, output.dtype()) : Tensor());
  }
  return seeds;
}

Tensors with_dtype(const Tensors& inputs, DType dtype) {
  Tensors result;
  for (const Tensor& input : inputs) result.push_back(is_floating(input.dtype()) ? cast(input, dtype) : input);
  return result;
}

Tensor strided(const Tensor& x) {
  if (x.dims() == 0) return select(tensor({0.0, x.item()}, x.dtype()), 0, 1);
  std::vector<int> order(static_cast<std::size_t>(x.dims()));
  std::iota(order.rbegin(), order.rend(), 0);
  Shape wide = permute(x, order).shape();
  wide[x.dims() - 1] *= 2;
  Tensor result = permute(slice(zeros(wide, x.dtype()), -1, 0, kEnd, 2), order);
  copy_to(result, x);
  return result;
}

Tensor flipped(const Tensor& x) {
  if (x.dims() == 0) return x;
  auto backwards = [](const Tensor& t) { return slice(t, 0, -1, -t.size(0) - 1, -1); };
  return backwards(clone(backwards(x)));
}

Tensor repeated(const Tensor& x) {
  const Shape& shape = x.shape();
  if (x.numel() == 0) return expand(zeros(Shape::filled(x.dims(), 1), x.dtype()), shape);
  if (x.dims() == 0) return x;
  auto axis = static_cast<int>(std::max_element(shape.begin(), shape.end()) - shape.begin());
  return expand(slice(x, axis, 0, 1), shape);
}

Tensors each(const Tensors& inputs, Tensor (*layout)(const Tensor&)) {
  Tensors result;
  for (const Tensor& input : inputs) result.push_back(layout(input));
  return result;
}

}  // namespace weft::detail
