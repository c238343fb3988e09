#include <tests/autograd/rows/plain.h>
#include <tests/autograd/rows/rows.h>
#include <weft/autograd/basics/matmul.h>
#include <weft/tensor/array/copy.h>
#include <weft/tensor/array/views.h>

namespace weft {

namespace {

using Inputs = std::vector<Tensor>;

// Returns the product [m, k] x [k, n], by a loop.
Tensor plain_gemm(const Tensor& a, const Tensor& b) {
  return by_index({a.size(0), b.size(1)}, [&](const Index& i) {
    double sum = 0;
    for (std::int64_t k = 0; k < a.size(1); ++k) sum += element(a, {i[0], k}) * element(b, {k, i[1]});
    return sum;
  });
}

// Returns the products of a [batch, m, k] and b [batch, k, n]. A batch of 1 is used for all items.
Tensor plain_batch(const Tensor& a, const Tensor& b) {
  return by_index({std::max(a.size(0), b.size(0)), a.size(1), b.size(2)}, [&](const Index& i) {
    double sum = 0;
    for (std::int64_t k = 0; k < a.size(2); ++k)
      sum += element(a, {i[0] % a.size(0), i[1], k}) * element(b, {i[0] % b.size(0), k, i[2]});
    return sum;
  });
}

// Returns the linear map of each row of x [.., in], with weight [out, in] and, if there is one, bias [out].
Tensor plain_linear(const Inputs& x) {
  const std::int64_t in = x[1].size(1), out = x[1].size(0);
  Shape shape = x[0].shape();
  shape[shape.dims() - 1] = out;
  const Tensor rows = reshape(x[0], {shape.numel() / out, in});
  return reshape(by_index({rows.size(0), out},
                          [&](const Index& i) {
                            double sum = x.size() > 2 ? element(x[2], {i[1]}) : 0;
                            for (std::int64_t k = 0; k < in; ++k) sum += element(rows, {i[0], k}) * element(x[1], {i[1], k});
                            return sum;
                          }),
                 shape);
}

Tensor with_shape(const Tensor& x, const Shape& shape) { return reshape(x, shape); }

}  // namespace

std::vector<OpRow> product_rows() {
  auto product = [](const auto& x) { return matmul(x[0], x[1]); };
  // The inputs are below 1 because bounds are relative to the largest result, and sums of many terms may cancel.
  const std::vector<OpInput> two{{0.1, 1}, {0.1, 1}}, three{{0.1, 1}, {0.1, 1}, {0.1, 1}};
  return {
      op_row("matmul", product, [](const Inputs& x) { return plain_gemm(x[0], x[1]); }, two,
             {{{2, 3}, {3, 4}},
              {{1, 1}, {1, 1}},
              {{5, 7}, {7, 17}},
              {{17, 33}, {33, 17}},
              {{2, 0}, {0, 3}},
              {{0, 2}, {2, 3}},
              {{3, 2}, {2, 0}}},
             {{70, 40}, {40, 300}}),
      op_row(
          "gram", [](const auto& x) { return gram(x[0]); },
          [](const Inputs& x) { return plain_gemm(x[0], contiguous(transpose(x[0]))); }, {{0.1, 1}},
          {{{2, 3}}, {{1, 1}}, {{5, 7}}, {{17, 4}}, {{33, 2}}, {{0, 3}}, {{3, 0}}}, {{70, 40}}),
      op_row("matmul of vectors", product,
             [](const Inputs& x) {
               return with_shape(plain_gemm(with_shape(x[0], {1, -1}), with_shape(x[1], {-1, 1})), {});
             },
             two, {{{3}, {3}}, {{1}, {1}}, {{17}, {17}}, {{33}, {33}}}),
      op_row("matmul of a vector and a matrix", product,
             [](const Inputs& x) {
               return with_shape(plain_gemm(with_shape(x[0], {1, x[0].size(0)}), x[1]), {x[1].size(1)});
             },
             two, {{{3}, {3, 4}}, {{1}, {1, 5}}, {{17}, {17, 33}}}),
      op_row("matmul of a matrix and a vector", product,
             [](const Inputs& x) {
               return with_shape(plain_gemm(x[0], with_shape(x[1], {x[1].size(0), 1})), {x[0].size(0)});
             },
             two, {{{2, 3}, {3}}, {{4, 1}, {1}}, {{17, 33}, {33}}}),
      op_row("matmul of batches", product, [](const Inputs& x) { return plain_batch(x[0], x[1]); }, two,
             {{{5, 2, 3}, {5, 3, 4}},
              {{1, 2, 3}, {5, 3, 2}},
              {{4, 2, 3}, {1, 3, 2}},
              {{2, 3, 17}, {2, 17, 33}},
              {{0, 2, 3}, {0, 3, 4}}},
             {{20, 17, 33}, {20, 33, 21}}),
      op_row("matmul of a batch and a matrix", product,
             [](const Inputs& x) {
               return plain_batch(x[0], with_shape(x[1], {1, x[1].size(0), x[1].size(1)}));
             },
             two, {{{5, 2, 3}, {3, 4}}, {{2, 1, 3}, {3, 1}}, {{2, 3, 33}, {33, 17}}, {{2, 3, 0}, {0, 4}}}),
      op_row("linear", [](const auto& x) { return linear(x[0], x[1], x[2]); }, plain_linear, three,
             {{{2, 3}, {4, 3}, {4}},
              {{3}, {2, 3}, {2}},
              {{2, 5, 3}, {4, 3}, {4}},
              {{2, 17}, {33, 17}, {33}},
              {{0, 3}, {4, 3}, {4}},
              {{2, 3, 0}, {4, 0}, {4}}},
             {{90, 33}, {70, 33}, {70}}),
      op_row("linear without bias", [](const auto& x) { return linear(x[0], x[1], {}); }, plain_linear, two,
             {{{2, 3}, {4, 3}}, {{2, 5, 3}, {4, 3}}, {{2, 33}, {17, 33}}}, {{90, 33}, {70, 33}}),
      op_row(
          "linear_transposed", [](const auto& x) { return linear_transposed(x[0], x[1]); },
          [](const Inputs& x) {
            return plain_linear({x[0], by_index({x[1].size(1), x[1].size(0)}, [&](const Index& i) {
                                   return element(x[1], {i[1], i[0]});
                                 })});
          },
          two, {{{2, 4}, {4, 3}}, {{4}, {4, 2}}, {{2, 5, 4}, {4, 3}}, {{2, 33}, {33, 17}}}, {{90, 70}, {70, 33}}),
  };
}

}  // namespace weft
