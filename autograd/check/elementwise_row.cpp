// Rows of elementwise ops for check_op.
#include <weft/autograd/check/detail/op_inputs.h>
#include <weft/autograd/check/op_check.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

namespace weft {

namespace {

using detail::Tensors;

// Broadcast shapes for any number of inputs, with the result [2, 3, 5].
OpShapes broadcast(std::size_t inputs) {
  OpShapes shapes;
  for (std::size_t i = 0; i < inputs; ++i) shapes.push_back(i % 2 == 0 ? Shape{2, 1, 5} : Shape{3, 1});
  return shapes;
}

}  // namespace

OpRow detail::elementwise_row(std::string name, const ScalarReference& reference, std::vector<OpInput> inputs, OpBounds bounds) {
  std::size_t count = inputs.size();
  OpRow row{std::move(name), {}, {}, {}, std::move(inputs), {}, OpShapes(count, Shape{20011}), bounds};
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{1}, Shape{7}, Shape{17}, Shape{3, 11}})
    row.shapes.emplace_back(count, shape);
  if (count > 1) row.shapes.push_back(broadcast(count));
  row.reference = [reference](const Tensors& arguments) {
    Shape shape;
    for (const Tensor& argument : arguments) shape = broadcast_shapes("reference", shape, argument.shape(), Where::here());
    Tensors wide;
    for (const Tensor& argument : arguments) wide.push_back(clone(expand(cast(argument, DType::f64), shape)));
    std::vector<double> numbers(arguments.size());
    std::size_t outputs = reference(numbers).size();
    Tensors results;
    for (std::size_t o = 0; o < outputs; ++o) results.emplace_back(shape, DType::f64);
    for (std::int64_t element = 0; element < shape.numel(); ++element) {
      for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = wide[i].data<double>()[element];
      std::vector<double> values = reference(numbers);
      for (std::size_t o = 0; o < outputs; ++o) results[o].output<double>()[element] = values[o];
    }
    return results;
  };
  return row;
}

}  // namespace weft
