#include <weft/tensor/base/error.h>
#include <weft/tensor/memory/allocator.h>
#include <weft/tensor/product/detail/gemm.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <utility>

namespace weft::kernels {

namespace {

// With at least this many panels, threads split the columns, otherwise the rows.
constexpr std::int64_t kManyPanels = 16;

// The kernel of one instruction set, for plain matrices.
template <class T>
struct Kernel {
  std::int64_t panel_width;
  std::int64_t (*scratch_size)(const GemmArguments<T>&);
  void (*multiply_plain)(const GemmArguments<T>&, Matrix<T>, Span, Span, T*);
  void (*multiply_rows)(const GemmArguments<T>&, FactorRows<T>, Span, Span, T*);

  std::int64_t panels(std::int64_t n) const { return (n + panel_width - 1) / panel_width; }
};
template <class T>
Kernel<T> kernel() {
  return best<GemmKernel>([](auto set) {
    using Product = decltype(set);
    return Kernel<T>{Product::template panel_width<T>(), Product::scratch_size, Product::multiply_plain, Product::multiply_rows};
  });
}

// The same for packed matrices.
struct PackedKernel : Kernel<float> {
  decltype(&GemmKernel<Baseline>::packed_size) packed_size;
  decltype(&GemmKernel<Baseline>::pack) pack;
  decltype(&GemmKernel<Baseline>::multiply) multiply;
};

template <class Set>
PackedKernel packed_kernel_of(GemmKernel<Set>) {
  using Product = GemmKernel<Set>;
  return {{Product::template panel_width<float>(), Product::scratch_size, Product::multiply_plain, Product::multiply_rows},
          Product::packed_size,
          Product::pack,
          Product::multiply};
}

PackedKernel packed_kernel(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return packed_kernel_of(GemmKernel<Avx512>{});
  if (isa == Isa::avx2) return packed_kernel_of(GemmKernel<Avx2>{});
#endif
  return packed_kernel_of(GemmKernel<Baseline>{});
}

template <class T>
class Scratch {
 public:
  Scratch(const Kernel<T>& kernel, const GemmArguments<T>& product)
      : bytes_(static_cast<std::size_t>(kernel.scratch_size(product)) * sizeof(T)),
        data_(static_cast<T*>(memory::allocate(bytes_))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { memory::release(data_, bytes_); }

  T* data() const { return data_; }

 private:
  std::size_t bytes_;
  T* data_;
};

// Returns how many of `count` parts make one piece of work for a thread.
template <class T>
std::int64_t grain(const GemmArguments<T>& p, std::int64_t count) {
  const std::int64_t work = std::max<std::int64_t>(p.m * p.n * p.k / std::max<std::int64_t>(count, 1), 1);
  return (kThreadWork + work - 1) / work;
}

// Calls multiply(rows, panels, scratch) on pieces that cover C.
template <class T, class Multiply>
void split(const GemmArguments<T>& p, const Kernel<T>& kernel, Multiply multiply) {
  const std::int64_t panels = kernel.panels(p.n);
  if (p.m == 0 || panels == 0) return;
  if (panels >= std::min(kManyPanels, p.m))
    parallel_for(panels, grain(p, panels), [&](std::int64_t begin, std::int64_t end) {
      multiply(Span{0, p.m}, Span{begin, end}, Scratch<T>(kernel, p).data());
    });
  else
    parallel_for(p.m, grain(p, p.m), [&](std::int64_t begin, std::int64_t end) {
      multiply(Span{begin, end}, Span{0, panels}, Scratch<T>(kernel, p).data());
    });
}

template <class T>
void plain_gemm(const GemmArguments<T>& arguments, Matrix<T> b) {
  const Kernel<T> of = kernel<T>();
  split(arguments, of, [&](Span rows, Span panels, T* scratch) { of.multiply_plain(arguments, b, rows, panels, scratch); });
}

template <class T>
void gemm_of_rows(GemmArguments<T> arguments, FactorRows<T> factors) {
  arguments.a = {};
  arguments.epilogue = {};
  const Kernel<T> of = kernel<T>();
  split(arguments, of, [&](Span rows, Span panels, T* scratch) { of.multiply_rows(arguments, factors, rows, panels, scratch); });
}

template <class T>
void plain_batched(std::int64_t batch, const GemmArguments<T>& arguments, std::int64_t a_batch_stride, Matrix<T> b,
                   std::int64_t b_batch_stride, std::int64_t c_batch_stride) {
  // With a single B and evenly spaced rows, the batch is one tall product.
  if (b_batch_stride == 0 && a_batch_stride == arguments.m * arguments.a.row_stride &&
      c_batch_stride == arguments.m * arguments.c_row_stride) {
    GemmArguments<T> tall = arguments;
    tall.m *= batch;
    return plain_gemm(tall, b);
  }
  const Kernel<T> of = kernel<T>();
  const Span panels{0, of.panels(arguments.n)};
  const std::int64_t rows = arguments.m;
  if (rows == 0 || panels.end == 0) return;
  // The rows of all items form one range, so that a thread may begin inside an item.
  parallel_for(batch * rows, grain(arguments, rows), [&](std::int64_t begin, std::int64_t end) {
    const Scratch<T> scratch(of, arguments);
    while (begin < end) {
      const std::int64_t item = begin / rows;
      const Span part{begin - item * rows, std::min(end - item * rows, rows)};
      GemmArguments<T> own = arguments;
      own.a.data += item * a_batch_stride;
      own.c += item * c_batch_stride;
      of.multiply_plain(own, {b.data + item * b_batch_stride, b.row_stride, b.column_stride}, part, panels, scratch.data());
      begin = item * rows + part.end;
    }
  });
}

}  // namespace

PackedMatrix::PackedMatrix(std::int64_t k, std::int64_t n, Matrix<float> b) : k_(k), n_(n), isa_(isa()) {
  const PackedKernel kernel = packed_kernel(isa_);
  size_ = kernel.packed_size(k, n);
  data_ = static_cast<float*>(memory::allocate(bytes()));
  const std::int64_t work = std::max<std::int64_t>(k * kernel.panel_width, 1);
  parallel_for(kernel.panels(n), (kThreadWork / 8 + work - 1) / work, [&](std::int64_t begin, std::int64_t end) {
    kernel.pack(k, n, b, data_, {begin, end});
  });
}

PackedMatrix::PackedMatrix(PackedMatrix&& other) noexcept { *this = std::move(other); }

PackedMatrix& PackedMatrix::operator=(PackedMatrix&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(k_, other.k_);
  std::swap(n_, other.n_);
  std::swap(size_, other.size_);
  std::swap(isa_, other.isa_);
  return *this;
}

PackedMatrix::~PackedMatrix() {
  if (data_) memory::release(data_, bytes());
}

void gemm(const GemmArguments<float>& arguments, Matrix<float> b) { plain_gemm(arguments, b); }
void gemm(const GemmArguments<double>& arguments, Matrix<double> b) { plain_gemm(arguments, b); }

void gemm(const GemmArguments<float>& arguments, FactorRows<float> factors) { gemm_of_rows(arguments, factors); }
void gemm(const GemmArguments<double>& arguments, FactorRows<double> factors) { gemm_of_rows(arguments, factors); }

void gemm(const GemmArguments<float>& arguments, const PackedMatrix& b) {
  require<ShapeError>(arguments.k == b.rows() && arguments.n == b.columns(), "product: the packed matrix is [", b.rows(), ", ",
                      b.columns(), "], not [", arguments.k, ", ", arguments.n, "]");
  const PackedKernel kernel = packed_kernel(b.packed_for());
  split<float>(arguments, kernel,
               [&](Span rows, Span panels, float* scratch) { kernel.multiply(arguments, b.data(), rows, panels, scratch); });
}

void batched_gemm(std::int64_t batch, const GemmArguments<float>& arguments, std::int64_t a_batch_stride, Matrix<float> b,
                  std::int64_t b_batch_stride, std::int64_t c_batch_stride) {
  plain_batched(batch, arguments, a_batch_stride, b, b_batch_stride, c_batch_stride);
}
void batched_gemm(std::int64_t batch, const GemmArguments<double>& arguments, std::int64_t a_batch_stride, Matrix<double> b,
                  std::int64_t b_batch_stride, std::int64_t c_batch_stride) {
  plain_batched(batch, arguments, a_batch_stride, b, b_batch_stride, c_batch_stride);
}

}  // namespace weft::kernels
