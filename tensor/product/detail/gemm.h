// Matrix products on raw memory, split over threads; kernels/gemm.h states what their bits depend on.
#pragma once

#include <weft/tensor/kernels/gemm.h>

namespace weft::kernels {

// It does not pay to wake a thread for fewer multiply-adds than this.
constexpr std::int64_t kThreadWork = 1 << 18;

// An f32 right-hand side B [k, n], packed for the instruction set that was in use at that time; it serves any number of products.
// Owns its memory.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(std::int64_t k, std::int64_t n, Matrix<float> b);
  PackedMatrix(PackedMatrix&& other) noexcept;
  PackedMatrix& operator=(PackedMatrix&& other) noexcept;
  ~PackedMatrix();

  const float* data() const { return data_; }
  std::int64_t rows() const { return k_; }
  std::int64_t columns() const { return n_; }
  Isa packed_for() const { return isa_; }
  bool empty() const { return !data_; }

 private:
  std::size_t bytes() const { return static_cast<std::size_t>(size_) * sizeof(float); }

  float* data_ = nullptr;
  std::int64_t k_ = 0, n_ = 0, size_ = 0;
  Isa isa_ = Isa::baseline;
};

// C = activation(A B + bias), with the arguments' m, n, k, A, C and epilogue. A plain and a packed B give the same bits.
void gemm(const GemmArguments<float>& arguments, Matrix<float> b);
void gemm(const GemmArguments<double>& arguments, Matrix<double> b);
// Runs on the instruction set that B was packed for. Throws ShapeError if B is not [k, n].
void gemm(const GemmArguments<float>& arguments, const PackedMatrix& b);

// C = A B from the rows of both factors; see kernels/gemm.h. The arguments' A and epilogue are not used.
void gemm(const GemmArguments<float>& arguments, FactorRows<float> factors);
void gemm(const GemmArguments<double>& arguments, FactorRows<double> factors);

// Computes one product per batch item; item i adds i * stride to each of A, B and C. A stride of 0 shares A or B.
void batched_gemm(std::int64_t batch, const GemmArguments<float>& arguments, std::int64_t a_batch_stride, Matrix<float> b,
                  std::int64_t b_batch_stride, std::int64_t c_batch_stride);
void batched_gemm(std::int64_t batch, const GemmArguments<double>& arguments, std::int64_t a_batch_stride, Matrix<double> b,
                  std::int64_t b_batch_stride, std::int64_t c_batch_stride);

}  // namespace weft::kernels
