// Compiled once per instruction set.
#include <weft/tensor/kernels/additive_score.h>
#include <weft/tensor/kernels/row.h>

namespace weft::kernels {

namespace {

using Size = std::int64_t;
template <class T>
using Vector = simd::Vec<T, Here>;

// `count` numbers of a row at most. Zeros behind its end add nothing to a score: v is 0 there.
template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* from, Size count) {
  return load_lanes<T, Here>(from, count, T(0));
}
template <class T>
[[gnu::always_inline]] inline void store(Vector<T> x, T* to, Size count) {
  store_lanes<T, Here>(to, count, x);
}

template <class T>
void scores(const AdditiveScores<T>& in, T* result, Size begin, Size end) {
  constexpr Size size = Vector<T>::size;
  for (Size i = begin; i < end; ++i) {
    const T* query = in.query + i * in.dim;
    for (Size j = 0; j < in.keys; ++j) {
      const T* key = in.key + j * in.dim;
      Vector<T> total(0);
      for (Size a = 0; a < in.dim; a += size) {
        const Size count = in.dim - a < size ? in.dim - a : size;
        total = fma(load(in.v + a, count), tanh(load(query + a, count) + load(key + a, count)), total);
      }
      result[i * in.keys + j] = sum(total);
    }
  }
}

// With t = tanh(q_i + k_j) and w = g_ij v (1 - t^2): dq_i is the sum of w over j, dk_j that over i, dv that of g_ij t over both.
template <class T>
void gradients(const AdditiveScores<T>& in, const AdditiveScoreGradient<T>& out) {
  constexpr Size size = Vector<T>::size;
  for (Size a = 0; a < in.dim; a += size) {
    const Size count = in.dim - a < size ? in.dim - a : size;
    const Vector<T> v = load(in.v + a, count);
    Vector<T> dv(0);
    for (Size j = 0; j < in.keys; ++j) store(Vector<T>(0), out.key + j * in.dim + a, count);
    for (Size i = 0; i < in.queries; ++i) {
      const Vector<T> query = load(in.query + i * in.dim + a, count);
      Vector<T> dq(0);
      for (Size j = 0; j < in.keys; ++j) {
        if (out.gradient[i * in.keys + j] == 0) continue;
        const Vector<T> g(out.gradient[i * in.keys + j]);
        const Vector<T> t = tanh(query + load(in.key + j * in.dim + a, count));
        const Vector<T> w = g * v * (Vector<T>(1) - t * t);
        dv = fma(g, t, dv);
        dq += w;
        T* dk = out.key + j * in.dim + a;
        store(load(dk, count) + w, dk, count);
      }
      store(dq, out.query + i * in.dim + a, count);
    }
    store(dv, out.v + a, count);
  }
}

}  // namespace

template <>
void AdditiveScoreKernel<Here>::forward(const AdditiveScores<float>& in, float* result, Size begin, Size end) {
  scores(in, result, begin, end);
}
template <>
void AdditiveScoreKernel<Here>::forward(const AdditiveScores<double>& in, double* result, Size begin, Size end) {
  scores(in, result, begin, end);
}
template <>
void AdditiveScoreKernel<Here>::backward(const AdditiveScores<float>& in, const AdditiveScoreGradient<float>& out) {
  gradients(in, out);
}
template <>
void AdditiveScoreKernel<Here>::backward(const AdditiveScores<double>& in, const AdditiveScoreGradient<double>& out) {
  gradients(in, out);
}

}  // namespace weft::kernels
