#include <weft/autograd/basics/math.h>
#include <weft/autograd/basics/views.h>
#include <weft/nn/module/init.h>
#include <weft/nn/transformer/positions.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>

#include <cmath>
#include <vector>

namespace weft::nn {

namespace {

void check_sequence(const char* op, const Variable& x, std::int64_t dim, std::int64_t offset, Where caller) {
  check_defined(op, x.tensor(), caller);
  check<ShapeError>(x.dims() == 3 && x.size(2) == dim, caller, op, ": takes [batch, time, ", dim, "], not ", x.shape());
  check<ValueError>(offset >= 0, caller, op, ": the offset ", offset, " is negative");
}

}  // namespace

Tensor sinusoidal_positions(std::int64_t time, std::int64_t dim, std::int64_t offset, Where caller) {
  check<ValueError>(time >= 0 && dim >= 0 && offset >= 0, caller, "sinusoidal positions: time ", time, ", dim ", dim,
                    " and offset ", offset, " must not be negative");
  std::vector<double> lengths;  // of a wave, over 2 pi
  for (std::int64_t i = 0; i < dim; ++i)
    lengths.push_back(std::pow(10000, static_cast<double>(i / 2 * 2) / static_cast<double>(dim)));
  Tensor result({time, dim}, DType::f32);
  float* to = result.output<float>();
  for (std::int64_t t = 0; t < time; ++t)
    for (std::int64_t i = 0; i < dim; ++i) {
      const double angle = static_cast<double>(t + offset) / lengths[static_cast<std::size_t>(i)];
      *to++ = static_cast<float>(i % 2 == 0 ? std::sin(angle) : std::cos(angle));
    }
  return result;
}

SinusoidalPositions::SinusoidalPositions(const Owner& parent, const std::string& name, std::int64_t dim, PositionsOptions options)
    : Module(parent, name), dim_(dim), dropout_(this, "dropout", options.dropout) {}

Variable SinusoidalPositions::operator()(const Variable& x, std::int64_t offset, Where caller) const {
  LayerScope scope(*this, caller);
  check_sequence("sinusoidal positions", x, dim_, offset, caller);
  return dropout_(x + cast(sinusoidal_positions(x.size(1), dim_, offset), x.dtype()));
}

LearnedPositions::LearnedPositions(const Owner& parent, const std::string& name, std::int64_t longest, std::int64_t dim,
                                   PositionsOptions options)
    : Module(parent, name),
      weight(this, "weight", Tensor({longest, dim}, DType::f32)),
      dropout_(this, "dropout", options.dropout) {
  reset_parameters(init::pytorch(), default_generator());
}

void LearnedPositions::reset_parameters(const init::Preset& preset, Generator& generator) {
  preset.embedding(weight.tensor(), {weight.shape()[0], weight.shape()[1]}, generator);
}

Variable LearnedPositions::operator()(const Variable& x, std::int64_t offset, Where caller) const {
  LayerScope scope(*this, caller);
  check_sequence("learned positions", x, weight.shape()[1], offset, caller);
  const std::int64_t end = offset + x.size(1);
  check<IndexError>(end <= weight.shape()[0], caller, "learned positions: position ", end - 1, " is outside 0 .. ",
                    weight.shape()[0] - 1);
  return dropout_(x + slice(weight, 0, offset, end));
}

}  // namespace weft::nn
