#include <weft/nn/module/init.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/create.h>
#include <weft/tensor/array/views.h>

#include <cmath>

namespace weft::nn::init {

namespace {

void uniform_in(Tensor& tensor, double bound, Generator& generator) {
  copy_to(tensor, uniform(tensor.shape(), -bound, bound, tensor.dtype(), generator));
}

// Modified Gram-Schmidt over the rows of a [rows, columns] matrix with rows <= columns, twice for accuracy.
void orthonormalize(std::vector<double>& a, std::size_t rows, std::size_t columns) {
  for (std::size_t i = 0; i < rows; ++i) {
    double* row = &a[i * columns];
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < i; ++j) {
        double dot = 0;
        for (std::size_t c = 0; c < columns; ++c) dot += row[c] * a[j * columns + c];
        for (std::size_t c = 0; c < columns; ++c) row[c] -= dot * a[j * columns + c];
      }
    }
    double norm = 0;
    for (std::size_t c = 0; c < columns; ++c) norm += row[c] * row[c];
    for (std::size_t c = 0; c < columns; ++c) row[c] /= std::sqrt(norm);
  }
}

}  // namespace

void zeros(Tensor& tensor, Fan, Generator&) { fill(tensor, 0); }
void ones(Tensor& tensor, Fan, Generator&) { fill(tensor, 1); }
void uniform_005(Tensor& tensor, Fan, Generator& generator) { uniform_in(tensor, 0.05, generator); }
void normal(Tensor& tensor, Fan, Generator& generator) {
  copy_to(tensor, weft::normal(tensor.shape(), 0, 1, tensor.dtype(), generator));
}
void uniform_fan_in(Tensor& tensor, Fan fan, Generator& generator) {
  uniform_in(tensor, fan.in ? 1 / std::sqrt(static_cast<double>(fan.in)) : 0, generator);
}
void uniform_hidden(Tensor& tensor, Fan fan, Generator& generator) {
  uniform_in(tensor, 1 / std::sqrt(static_cast<double>(fan.hidden)), generator);
}
void glorot_uniform(Tensor& tensor, Fan fan, Generator& generator) {
  uniform_in(tensor, std::sqrt(6 / static_cast<double>(fan.in + fan.out)), generator);
}
void he_normal(Tensor& tensor, Fan fan, Generator& generator) {
  copy_to(tensor, weft::normal(tensor.shape(), 0, std::sqrt(2 / static_cast<double>(fan.in)), tensor.dtype(), generator));
}

void orthogonal(Tensor& tensor, Fan, Generator& generator) {
  require<ShapeError>(tensor.dims() == 2, "orthogonal: takes a matrix, not ", tensor.shape());
  auto rows = static_cast<std::size_t>(tensor.shape()[0]), columns = static_cast<std::size_t>(tensor.shape()[1]);
  bool wide = rows <= columns;
  Tensor noise = weft::normal(tensor.shape(), 0, 1, DType::f64, generator);
  std::vector<double> a(noise.span<double>().begin(), noise.span<double>().end());
  orthonormalize(a, wide ? rows : columns, wide ? columns : rows);
  Tensor result = weft::tensor(a, wide ? tensor.shape() : Shape{tensor.shape()[1], tensor.shape()[0]});
  copy_to(tensor, wide ? result : transpose(result));
}

const Preset& pytorch() {
  static const Preset preset{uniform_fan_in, uniform_fan_in, normal, uniform_hidden, uniform_hidden, uniform_hidden,
                             false,          glorot_uniform, true};
  return preset;
}

const Preset& keras() {
  static const Preset preset{glorot_uniform, zeros, uniform_005, glorot_uniform, orthogonal, zeros, true, glorot_uniform, false};
  return preset;
}

}  // namespace weft::nn::init
