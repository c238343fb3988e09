// The matrix product of f32 or f64: C = activation(A B + bias), compiled once per instruction set.
//
// K is divided into chains of kChain numbers, or where the caller says. Within a chain every element of C is a chain of fused
// multiply-adds that starts from 0 (in the baseline set: multiply, then add); the sums of the chains are added in the tree of
// kernels/sum_tree.h. Tiles, edges, blocks and splits do not change that order. So the bits of an element depend only on its row
// of A, its column of B, its bias and its old value: not on the sizes of A and B, its position, the number of threads, whether B
// is packed, or zeros after the end of K.
#pragma once

#include <weft/tensor/kernels/sum_tree.h>
#include <weft/tensor/runtime/isa.h>

#include <cstdint>

namespace weft::kernels {

// Element (i, j) is data[i * row_stride + j * column_stride].
template <class T>
struct Matrix {
  const T* data;
  std::int64_t row_stride;
  std::int64_t column_stride;
};

enum class Activation : std::uint8_t { none, relu, tanh, sigmoid };

// How a finished sum is stored: C = activation(sum + bias), or activation(C + (sum + bias)) with `accumulate`.
template <class T>
struct Epilogue {
  const T* bias = nullptr;  // one number per column, or none
  Activation activation = Activation::none;
  bool accumulate = false;
};

// Where the chains over K end: ascending, the last one at k. If there are none, each chain but the last has kChain numbers.
// `joined` names another tree than that of kernels/sum_tree.h: to how many of the pending sums, from the last one on, the sum of
// each chain is added before it takes their place. After the last chain only one sum may be left.
struct ChainEnds {
  const std::int64_t* ends = nullptr;
  std::int64_t count = 0;
  const std::uint8_t* joined = nullptr;
};

// Factors whose numbers for each k lie anywhere in memory: column k of A is left[k][0 .. m-1], row k of B is right[k][0 .. n-1].
template <class T>
struct FactorRows {
  const T* const* left;
  const T* const* right;
};

// C [m, n] = A [m, k] B [k, n]; B is passed separately, packed or plain.
template <class T>
struct GemmArguments {
  std::int64_t m, n, k;
  Matrix<T> a;
  T* c;  // rows have unit column stride; overlaps neither A nor B
  std::int64_t c_row_stride;
  Epilogue<T> epilogue = {};
  ChainEnds chains = {};
};

struct Span {
  std::int64_t begin, end;
};

// A packed B is cut into panels of panel_width() columns, each [k, width] and contiguous; the last is padded with zeros.
// Only f32 is packed ahead.
template <class Set>
struct GemmKernel {
  // The number of columns of B that are processed together.
  template <class T>
  static std::int64_t panel_width();
  // The numbers that multiply needs at `scratch` for any part of the product.
  static std::int64_t scratch_size(const GemmArguments<float>& product);
  static std::int64_t scratch_size(const GemmArguments<double>& product);

  // The number of floats in a packed B [k, n].
  static std::int64_t packed_size(std::int64_t k, std::int64_t n);

  // Writes the given panels of B [k, n] to `packed`, which is the start of B's first panel.
  static void pack(std::int64_t k, std::int64_t n, Matrix<float> b, float* packed, Span panels);

  // Computes the given rows of C in the columns of the given panels.
  static void multiply(const GemmArguments<float>& product, const float* packed, Span rows, Span panels, float* scratch);
  // Gives the same bits from a B that is not packed.
  static void multiply_plain(const GemmArguments<float>& product, Matrix<float> b, Span rows, Span panels, float* scratch);
  static void multiply_plain(const GemmArguments<double>& product, Matrix<double> b, Span rows, Span panels, double* scratch);
  // Gives the same bits from the rows of both factors. `product` has no epilogue, and its A is ignored.
  static void multiply_rows(const GemmArguments<float>& product, FactorRows<float> factors, Span rows, Span panels,
                            float* scratch);
  static void multiply_rows(const GemmArguments<double>& product, FactorRows<double> factors, Span rows, Span panels,
                            double* scratch);
};

}  // namespace weft::kernels
